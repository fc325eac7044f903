import { normalNumbers } from '../checkpoint/normal-numbers.js';

/**
 * RGB bytes of `count` pictures, the same ones for the same seed: smooth grounds of two colours, figures with hard edges, and
 * grain, so that an encoder finds flat parts, edges and texture in them.
 */
export function calibrationPictures(count: number, size: number, firstSeed = 1): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => calibrationPicture(firstSeed + index, size));
}

function calibrationPicture(seed: number, size: number): Uint8Array {
  const draw = normalNumbers(seed, 1);
  const numbers = (count: number): number[] => {
    const values = new Float32Array(count);
    draw(values);
    return [...values];
  };
  const ground = numbers(12);
  const figures = Array.from({ length: 5 }, () => numbers(8));
  const grain = new Float32Array(size * size * 3);
  normalNumbers(seed + 1000, 1 + 4 * (seed % 3))(grain);
  const bytes = new Uint8Array(size * size * 3);
  for (let place = 0; place < size * size; place++) {
    const [x, y] = [(place % size) / size - 0.5, Math.floor(place / size) / size - 0.5];
    const figure = figures.find((shape) => isInside(shape, x, y));
    for (let colour = 0; colour < 3; colour++) {
      const [level, slopeX, slopeY, wave] = ground.slice(4 * colour, 4 * colour + 4) as [
        number,
        number,
        number,
        number,
      ];
      const smooth = 128 + 40 * level + 60 * (slopeX * x + slopeY * y) + 20 * Math.sin(8 * wave * (x + y));
      const value = figure ? 128 + 90 * figure[5 + colour]! : smooth;
      bytes[3 * place + colour] = Math.max(0, Math.min(255, Math.round(value + grain[3 * place + colour]!)));
    }
  }
  return bytes;
}

/** An ellipse or a rectangle around a place. */
function isInside([placeX, placeY, width, height, kind]: number[], x: number, y: number): boolean {
  const right = (x - placeX! / 4) / (0.05 + Math.abs(width!) / 8);
  const down = (y - placeY! / 4) / (0.05 + Math.abs(height!) / 8);
  return kind! > 0 ? right * right + down * down < 1 : Math.max(Math.abs(right), Math.abs(down)) < 1;
}

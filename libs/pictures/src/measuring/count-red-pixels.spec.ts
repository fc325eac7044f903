import { countRedPixels } from './count-red-pixels.js';

const steps = [0, 1, 2, 31, 50, 51, 63, 64, 65, 85, 100, 101, 102, 127, 128, 150, 153, 191, 200, 239, 254, 255];

/** The definition, by fractions of whole numbers: nothing is rounded. */
function isRed(red: number, green: number, blue: number): boolean {
  const [r, g, b] = [BigInt(red), BigInt(green), BigInt(blue)];
  const most = [r, g, b].reduce((one, other) => (one > other ? one : other));
  const least = [r, g, b].reduce((one, other) => (one < other ? one : other));
  const range = most - least;
  if (range === 0n || 4n * most < 255n || 10n * range < 4n * most) return false;
  // the hue in degrees, times the range
  let hue: bigint;
  if (most === r) hue = 60n * (g - b);
  else if (most === g) hue = 60n * (b - r) + 120n * range;
  else hue = 60n * (r - g) + 240n * range;
  const turned = ((hue % (360n * range)) + 360n * range) % (360n * range);
  return turned <= 20n * range || turned >= 340n * range;
}

describe('red pixels', () => {
  it.each([
    ['red itself', [255, 0, 0], 1],
    ['the hue of exactly 20°', [255, 85, 0], 1],
    ['a little more', [255, 86, 0], 0],
    ['exactly -20°', [255, 0, 85], 1],
    ['a little more to the other side', [255, 0, 86], 0],
    ['a saturation of exactly 0.4', [255, 153, 153], 1],
    ['a little less of it', [255, 154, 154], 0],
    ['a value of a little more than 0.25', [64, 0, 0], 1],
    ['a little less than that', [63, 0, 0], 0],
    ['white', [255, 255, 255], 0],
    ['black', [0, 0, 0], 0],
    ['magenta', [255, 0, 255], 0],
    ['yellow', [255, 255, 0], 0],
  ])('are those of %s: %j', (_, pixel, count) => {
    expect(countRedPixels(Uint8Array.from(pixel))).toEqual({ redPixels: count, redSum: pixel[0] });
  });

  it('are those of the definition, in steps that meet every threshold', () => {
    for (const red of steps)
      for (const green of steps)
        for (const blue of steps) {
          const { redPixels } = countRedPixels(Uint8Array.of(red, green, blue));
          expect({ red, green, blue, isRed: redPixels === 1 }).toEqual({
            red,
            green,
            blue,
            isRed: isRed(red, green, blue),
          });
        }
  });

  it('are counted in every place', () => {
    const pixels = Uint8Array.of(255, 0, 0, 0, 255, 0, 200, 10, 20, 9, 9, 9, 64, 0, 0);
    expect(countRedPixels(pixels)).toEqual({ redPixels: 3, redSum: 255 + 200 + 9 + 64 });
  });
});

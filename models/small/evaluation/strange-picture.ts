import sharp from 'sharp';
import { chanceOf, type Chance } from './chance.js';
import { spoilPicture } from './spoil-picture.js';
import { blend, hex, type Shade } from './world.js';

interface Size {
  width: number;
  height: number;
}

/**
 * One of a seed's pictures of nothing that the model has words for, of which it should be unsure: cloudy noise, blurred
 * blobs, hazy hills, scribbles, mosaics. As the bytes of a picture file.
 */
export async function strangePicture(seed: number, index: number): Promise<Buffer> {
  const draws = { clouds, blobs, hills, scribbles, mosaic };
  const chance = chanceOf(seed ^ 0x5eed, index);
  const longer = Math.round(200 * 4 ** chance.next());
  const shorter = Math.round(longer / chance.between(1, 1.8));
  const size = chance.happens(0.6) ? { width: longer, height: shorter } : { width: shorter, height: longer };
  const draw = draws[chance.weighted({ clouds: 4, blobs: 2, hills: 2, scribbles: 1, mosaic: 2 })];
  return spoilPicture(sharp(await draw(chance, size)), size, chance);
}

function anyShade(chance: Chance): Shade {
  return [chance.whole(0, 255), chance.whole(0, 255), chance.whole(0, 255)];
}

/** Noise whose strength falls with its frequency, as in photographs: octaves, each twice as fine and half as strong. */
async function clouds(chance: Chance, { width, height }: Size): Promise<Buffer> {
  const sum = new Float32Array(width * height * 3);
  const fall = chance.between(0.45, 0.8);
  for (let cells = 3, strength = 55; cells < width; cells *= 2, strength *= fall) {
    const rows = Math.max(2, Math.round((cells * height) / width));
    const raw = { width: cells, height: rows, channels: 3 } as const;
    const grey = chance.between(0, 1);
    const values = Uint8Array.from({ length: cells * rows * 3 }, () =>
      Math.min(255, Math.max(0, 128 + 60 * chance.normal())),
    );
    for (let index = 0; index < values.length; index += 3) {
      values[index + 1] = values[index]! * grey + values[index + 1]! * (1 - grey);
      values[index + 2] = values[index]! * grey + values[index + 2]! * (1 - grey);
    }
    const octave = await sharp(values, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer();
    for (let index = 0; index < sum.length; index++) sum[index]! += ((octave[index]! - 128) / 64) * strength;
  }
  const tint = blend(anyShade(chance), [128, 128, 128], 0.4);
  const pixels = Uint8Array.from(sum, (value, index) => Math.min(255, Math.max(0, tint[index % 3]! + value)));
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/** Soft light and dark patches on a fading ground, like a photograph out of focus. */
async function blobs(chance: Chance, { width, height }: Size): Promise<Buffer> {
  const base = anyShade(chance);
  const patches = Array.from({ length: chance.whole(8, 40) }, () => {
    const shade = hex(blend(base, anyShade(chance), chance.between(0.3, 1)));
    const radii = `rx="${width * chance.between(0.03, 0.35)}" ry="${height * chance.between(0.03, 0.35)}"`;
    const [x, y] = [width * chance.next(), height * chance.next()];
    return `<ellipse ${radii} transform="translate(${x} ${y}) rotate(${chance.between(0, 180)})" fill="${shade}" opacity="${chance.between(0.3, 0.9)}"/>`;
  });
  const ground = `<defs><linearGradient id="g" x2="${chance.next()}" y2="1"><stop stop-color="${hex(base)}"/>
    <stop offset="1" stop-color="${hex(anyShade(chance))}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>`;
  const drawn = await render(ground + patches.join(''), { width, height });
  return sharp(drawn)
    .blur(Math.max(1, width * chance.between(0.01, 0.05)))
    .png()
    .toBuffer();
}

/** Ridges behind ridges under a fading sky, out of focus. */
async function hills(chance: Chance, { width, height }: Size): Promise<Buffer> {
  const [haze, earth] = [anyShade(chance), anyShade(chance)];
  const ridges = chance.whole(3, 7);
  const drawn = Array.from({ length: ridges }, (_, ridge) => {
    let y = height * chance.between(0.25, 0.4) + (ridge * height * 0.6) / ridges;
    let path = `M0 ${height}`;
    for (let x = 0; x < width * 1.03; x += width / 40) {
      path += ` L${x.toFixed(1)} ${y.toFixed(1)}`;
      y += height * 0.02 * chance.normal();
    }
    return `<path d="${path} V${height} Z" fill="${hex(blend(haze, earth, (ridge + 1) / ridges))}"/>`;
  });
  const sky = `<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="${hex(anyShade(chance))}"/>
    <stop offset="1" stop-color="${hex(haze)}"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>`;
  const sharply = await render(sky + drawn.join(''), { width, height });
  return sharp(sharply)
    .blur(Math.max(0.5, width * chance.between(0.001, 0.008)))
    .png()
    .toBuffer();
}

/** Rows of strokes like handwriting. */
async function scribbles(chance: Chance, { width, height }: Size): Promise<Buffer> {
  const [paper, ink] = chance.happens(0.7)
    ? (['#f4f1ea', '#2b2b30'] as const)
    : [hex(anyShade(chance)), hex(anyShade(chance))];
  const rows = chance.whole(4, 14);
  const step = height / (rows + 1);
  const strokes = Array.from({ length: rows }, (_, row) => {
    let path = `M${width * 0.06} ${step * (row + 1)}`;
    for (let x = 0.06; x < chance.between(0.6, 0.95); x += 0.012) {
      const rise = () => ((chance.next() - 0.5) * step).toFixed(1);
      path += chance.happens(0.15)
        ? ` m${(width * 0.02).toFixed(1)} 0`
        : ` q${(width * 0.006).toFixed(1)} ${rise()} ${(width * 0.012).toFixed(1)} 0`;
    }
    return `<path d="${path}" fill="none" stroke="${ink}" stroke-width="${step * chance.between(0.05, 0.12)}"/>`;
  });
  return render(`<rect width="100%" height="100%" fill="${paper}"/>${strokes.join('')}`, { width, height });
}

/** Overlapping splinters of many shades that make no figure. */
async function mosaic(chance: Chance, { width, height }: Size): Promise<Buffer> {
  const palette = Array.from({ length: chance.whole(3, 8) }, () => anyShade(chance));
  const splinters = Array.from({ length: chance.whole(60, 300) }, () => {
    const [x, y] = [width * chance.next(), height * chance.next()];
    const corners = Array.from({ length: chance.whole(3, 5) }, () => {
      const reach = width * chance.between(0.02, 0.15);
      return `${(x + reach * chance.normal()).toFixed(1)},${(y + reach * chance.normal()).toFixed(1)}`;
    });
    return `<polygon points="${corners.join(' ')}" fill="${hex(blend(chance.pick(palette), anyShade(chance), 0.2))}"/>`;
  });
  return render(`<rect width="100%" height="100%" fill="${hex(palette[0]!)}"/>${splinters.join('')}`, {
    width,
    height,
  });
}

function render(content: string, { width, height }: Size): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png({ compressionLevel: 1 }).toBuffer();
}

import sharp from 'sharp';
import type { KindOfPicture } from './kinds-of-pictures.js';

export interface DrawnPicture extends KindOfPicture {
  bytes: Uint8Array;
}

/** So wide is what is drawn by numbers before it is enlarged: soft shapes, as photographs have, compress as they do. */
const cells = 48;

/** One picture of each kind: soft colours that change over it, with the grain of a photograph. */
export async function drawPictures(kinds: readonly KindOfPicture[]): Promise<DrawnPicture[]> {
  const drawn: DrawnPicture[] = [];
  // one after another: large ones take tens of megabytes while they are drawn
  for (const [index, kind] of kinds.entries()) drawn.push({ ...kind, bytes: await draw(kind, index) });
  return drawn;
}

/** The beginning of a picture that calls itself whole: it is accepted, and a worker finds out. */
export function corrupted(picture: DrawnPicture): DrawnPicture {
  return { ...picture, bytes: picture.bytes.subarray(0, Math.min(400, picture.bytes.length >> 1)) };
}

async function draw({ format, width, height }: KindOfPicture, seed: number): Promise<Buffer> {
  const soft = await sharp(softColours(seed), { raw: { width: cells, height: cells, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .toBuffer();
  const grain = await sharp({
    create: { width, height, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 12 } },
  })
    .png({ compressionLevel: 0 })
    .toBuffer();
  const picture = sharp(soft, { raw: { width, height, channels: 3 } }).composite([
    { input: grain, blend: 'soft-light' },
  ]);
  return picture.toFormat(format, format === 'png' ? { compressionLevel: 3 } : { quality: 85 }).toBuffer();
}

function softColours(seed: number): Buffer {
  const colours = Buffer.alloc(cells * cells * 3);
  for (let index = 0; index < colours.length; index += 1) {
    const cell = Math.floor(index / 3);
    const [column, row, channel] = [cell % cells, Math.floor(cell / cells), index % 3];
    const wave = Math.sin((column * (channel + 1 + (seed % 5))) / 9) + Math.cos((row * (seed + 2) - column) / 11);
    colours[index] = Math.round(128 + 60 * wave);
  }
  return colours;
}

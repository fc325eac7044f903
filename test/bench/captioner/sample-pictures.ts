import sharp from 'sharp';

const width = 640;
const height = 480;

/** JPEG pictures of 640 × 480 that all differ. */
export async function samplePictures(count: number): Promise<Buffer[]> {
  const pictures: Buffer[] = [];
  for (let index = 0; index < count; index++) pictures.push(await samplePicture(index));
  return pictures;
}

/** A picture that no other request has: equal ones in flight would be captioned once. Decoders ignore what follows a JPEG. */
export function numberedPicture(pictures: readonly Buffer[], number: number): Buffer {
  return Buffer.concat([pictures[Math.abs(number) % pictures.length]!, Buffer.from(String(number))]);
}

async function samplePicture(seed: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let offset = 0; offset < pixels.length; offset++) {
    const x = Math.floor(offset / 3) % width;
    const y = Math.floor(offset / 3 / width);
    pixels[offset] =
      128 + 90 * Math.sin((x * (1 + (seed % 5)) + y * (offset % 3)) / 40 + seed) + (((x * y + seed) % 17) - 8);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
}

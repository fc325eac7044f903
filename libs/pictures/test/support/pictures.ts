import sharp, { type Sharp } from 'sharp';

/** The formats that are read. */
export const formats = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const;

/** A small picture of its own for every seed. */
export function pngPicture(seed: number, width = 48, height = 36): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let index = 0; index < pixels.length; index++)
    pixels[index] = (index * (seed + 3) + ((seed * index) >> 5)) & 255;
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** A picture in one grey. */
export function flat(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#808080' } });
}

import sharp, { type Sharp } from 'sharp';

/** A picture, decoded by sharp itself. */
export interface Pixels {
  width: number;
  height: number;
  channels: number;
  data: Buffer;
}

export async function pixelsOf(picture: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** The channels of one pixel. */
export function at({ data, width, channels }: Pixels, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)];
}

/** A picture in one colour. */
export function plain(width: number, height: number, background: string | object, channels: 3 | 4 = 3): Sharp {
  return sharp({ create: { width, height, channels, background: background as string } });
}

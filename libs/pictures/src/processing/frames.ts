import sharp, { type Sharp } from 'sharp';

/** Pixels row by row: red, green, blue, and alpha where there are four channels. sRGB, 8 bits each. */
export interface Frame {
  width: number;
  height: number;
  channels: 3 | 4;
  pixels: Uint8Array;
}

export function openFrame({ pixels, width, height, channels }: Frame): Sharp {
  return sharp(pixels, { raw: { width, height, channels } });
}

/** Runs a pipeline. Pictures of one channel, or two, become such of three or four. */
export async function renderFrame(pipeline: Sharp): Promise<Frame> {
  const { data, info } = await pipeline
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3, pixels: data };
}

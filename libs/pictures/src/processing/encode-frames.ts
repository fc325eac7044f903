import sharp, { type Sharp } from 'sharp';
import type { PictureType } from '../picture-type.js';
import type { Frame } from './frames.js';

/** How an animation runs: milliseconds of each frame, and how often; 0 is for ever. */
export interface Timing {
  delay?: number[];
  loop?: number;
}

/** Writes a picture in its own format, without metadata. Several frames become an animation. */
export function encodeFrames(frames: readonly Frame[], type: PictureType, timing: Timing): Promise<Buffer> {
  const [first] = frames as [Frame];
  const { width, height, channels } = first;
  const isAnimated = frames.length > 1;
  const pixels = isAnimated ? Buffer.concat(frames.map((frame) => frame.pixels)) : first.pixels;
  const raw = { width, height: height * frames.length, channels, ...(isAnimated && { pageHeight: height }) };
  return encoders[type](sharp(pixels, { raw }), isAnimated ? timing : {}).toBuffer();
}

const encoders: Readonly<Record<PictureType, (picture: Sharp, timing: Timing) => Sharp>> = {
  jpeg: (picture) => picture.jpeg(),
  png: (picture) => picture.png(),
  webp: (picture, timing) => picture.webp(timing),
  gif: (picture, timing) => picture.gif({ ...timing, keepDuplicateFrames: true }),
  // its usual effort takes four times as long and saves a tenth
  avif: (picture) => picture.avif({ effort: 2 }),
  tiff: (picture) => picture.tiff({ compression: 'lzw' }),
};

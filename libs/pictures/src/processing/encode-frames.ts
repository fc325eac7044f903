import sharp, { type Sharp } from 'sharp';
import type { PictureType } from '../picture-type.js';
import type { Frame } from './frames.js';
import type { ProcessedPicture } from './picture-processing.js';

/** How an animation runs: milliseconds of each frame, and how often; 0 is for ever. */
export interface Timing {
  delay?: number[];
  loop?: number;
}

/** Runs a pipeline on frames' pixels and writes what it makes, without metadata. */
export async function encodePicture(pipeline: Sharp, type: PictureType): Promise<ProcessedPicture> {
  const { data, info } = await encoders[type](pipeline, {}).toBuffer({ resolveWithObject: true });
  return { picture: data, width: info.width, height: info.height, format: type };
}

/** Writes frames of one size as an animation, without metadata. */
export async function encodeAnimation(
  frames: readonly Frame[],
  type: PictureType,
  timing: Timing,
): Promise<ProcessedPicture> {
  const { width, height, channels } = frames[0]!;
  const pixels = Buffer.concat(frames.map((frame) => frame.pixels));
  const raw = { width, height: height * frames.length, channels, pageHeight: height };
  const picture = await encoders[type](sharp(pixels, { raw }), timing).toBuffer();
  return { picture, width, height, format: type };
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

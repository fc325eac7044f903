import sharp, { type ResizeOptions, type Sharp } from 'sharp';
import { decodingFailure } from '../decoding/decoding-failure.js';
import { inspectPicture, mostPixels, type InspectedPicture } from '../decoding/inspect-picture.js';
import { isCodedError } from '../coded-errors.js';
import { PictureError } from '../picture-error.js';
import type { PictureType } from '../picture-type.js';
import { encodeAnimation, encodePicture, type Timing } from './encode-frames.js';
import { filterFrame } from './filter-frame.js';
import { openFrame, renderFrame, type Frame } from './frames.js';
import type { ProcessedPicture, ProcessingCall } from './picture-processing.js';
import type { ProcessingStep, ResizeStep } from './processing-steps.js';
import { resizeFrame, resizing } from './resize-frame.js';
import { watermarkFrame } from './watermark-frame.js';

/**
 * Does with a picture what the steps say, in their order. The result has the picture's format, upright, in sRGB with 8 bits a channel and
 * without metadata. GIF and WebP stay animated, each frame by itself; of other formats the first frame or page is taken.
 *
 * sharp has an order of its own within one pipeline, whatever the order of the calls: so each step is a pipeline, on pixels. A
 * resizing that comes first is done while a still picture is decoded, which makes a large JPEG cheap, and its last step while it is encoded.
 * @throws PictureError
 */
export async function processPicture({ bytes, steps, stillAs }: ProcessingCall): Promise<ProcessedPicture> {
  const picture = await inspectPicture(bytes, 'kept');
  const count = stillAs ? 1 : framesOf(picture);
  const format = stillAs ?? picture.type;
  try {
    return await (count > 1 ? processAnimation(picture, count, steps) : processStill(picture, steps, format));
  } catch (cause) {
    if (isCodedError(cause)) throw cause;
    throw decodingFailure(`The ${picture.type} picture`, cause);
  }
}

async function processStill(
  picture: InspectedPicture,
  steps: readonly ProcessingStep[],
  format: PictureType,
): Promise<ProcessedPicture> {
  const [first, ...others] = steps;
  const resize = first?.operation === 'resize' ? first : undefined;
  const left = resize ? others : steps;
  const last = left.at(-1);
  let frame = await decode(picture, resize);
  for (const step of left.slice(0, -1)) frame = await renderFrame(await apply(frame, step, picture));
  return encodePicture(last ? await apply(frame, last, picture) : openFrame(frame), format);
}

async function processAnimation(
  picture: InspectedPicture,
  count: number,
  steps: readonly ProcessingStep[],
): Promise<ProcessedPicture> {
  let frames = split(await renderFrame(open(picture, refuseTooMany(picture, count))), count);
  for (const step of steps) {
    const changed: Frame[] = [];
    for (const frame of frames) changed.push(await renderFrame(await apply(frame, step, picture)));
    frames = changed;
  }
  return encodeAnimation(frames, picture.type, timingOf(picture));
}

function framesOf({ type, metadata }: InspectedPicture): number {
  return type === 'gif' || type === 'webp' ? (metadata.pages ?? 1) : 1;
}

function timingOf({ metadata: { delay, loop } }: InspectedPicture): Timing {
  return { ...(delay && { delay }), ...(loop !== undefined && { loop }) };
}

/** What shows beside a picture with bars: nothing, where the format can say that. */
function backgroundOf({ type }: InspectedPicture): ResizeOptions['background'] {
  return type === 'jpeg' ? '#ffffff' : { r: 0, g: 0, b: 0, alpha: 0 };
}

/** The first frame, upright; in a new size at once where it gets one. */
function decode(picture: InspectedPicture, resize?: ResizeStep): Promise<Frame> {
  const upright = open(picture, 1).autoOrient();
  if (!resize) return renderFrame(upright);
  const options = { ...resizing(picture.metadata.autoOrient, resize), background: backgroundOf(picture) };
  return renderFrame(upright.resize(options));
}

function open({ bytes, type }: InspectedPicture, pages: number): Sharp {
  return sharp(bytes, {
    // a TIFF that ends early lacks tables and strips, and would be decoded to black
    failOn: type === 'tiff' ? 'error' : 'truncated',
    limitInputPixels: mostPixels,
    pages,
    sequentialRead: true,
  });
}

function refuseTooMany(
  { type, metadata: { width, height, orientation = 1 } }: InspectedPicture,
  count: number,
): number {
  if (orientation > 1) {
    throw new PictureError('animation-unsupported', `The ${type} animation lies on its side, which is not undone`);
  }
  if (width * height * count > mostPixels) {
    throw new PictureError(
      'picture-too-large',
      `The ${type} animation has ${count} frames of ${width} × ${height} pixels; ${mostPixels / 1e6} million are decoded at most`,
    );
  }
  return count;
}

/** libvips gives an animation as one picture, its frames below each other. */
function split({ pixels, width, height, channels }: Frame, count: number): Frame[] {
  const size = pixels.length / count;
  return Array.from({ length: count }, (_, index) => ({
    width,
    height: height / count,
    channels,
    pixels: pixels.subarray(index * size, (index + 1) * size),
  }));
}

/** @returns what makes the step's picture of the frame */
async function apply(frame: Frame, step: ProcessingStep, picture: InspectedPicture): Promise<Sharp> {
  switch (step.operation) {
    case 'resize':
      return resizeFrame(frame, step, backgroundOf(picture));
    case 'watermark':
      return watermarkFrame(frame, step);
    case 'filter':
      return filterFrame(frame, step.name);
  }
}

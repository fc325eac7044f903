import sharp, { type ResizeOptions, type Sharp } from 'sharp';
import { decodingFailure } from '../decoding/decoding-failure.js';
import { inspectPicture, mostPixels, type InspectedPicture } from '../decoding/inspect-picture.js';
import { isCodedError } from '../coded-errors.js';
import { PictureError } from '../picture-error.js';
import { encodeFrames, type Timing } from './encode-frames.js';
import { filterFrame } from './filter-frame.js';
import { renderFrame, type Frame } from './frames.js';
import type { ProcessedPicture, ProcessingCall } from './picture-processing.js';
import type { ProcessingStep, ResizeStep } from './processing-steps.js';
import { resizeFrame, resizing } from './resize-frame.js';
import { watermarkFrame } from './watermark-frame.js';

/**
 * Does with a picture what the steps say, in their order. The result has the picture's format, upright, in sRGB with 8 bits a channel and
 * without metadata. GIF and WebP stay animated, each frame by itself; of other formats the first frame or page is taken.
 *
 * sharp has an order of its own within one pipeline, whatever the order of the calls: so each step is a pipeline, on pixels. A
 * resizing that comes first is done while a still picture is decoded, which makes a large JPEG cheap.
 * @throws PictureError
 */
export async function processPicture({ bytes, steps, stillAs }: ProcessingCall): Promise<ProcessedPicture> {
  const picture = await inspectPicture(bytes, 'kept');
  const count = stillAs ? 1 : framesOf(picture);
  const format = stillAs ?? picture.type;
  try {
    const [first, ...others] = steps;
    const isFused = first?.operation === 'resize' && count === 1;
    let frames = await decode(picture, count, isFused ? first : undefined);
    for (const step of isFused ? others : steps) frames = await applyTo(frames, step, picture);
    const encoded = await encodeFrames(frames, format, timingOf(picture));
    const { width, height } = frames[0]!;
    return { picture: encoded, width, height, format };
  } catch (cause) {
    if (isCodedError(cause)) throw cause;
    throw decodingFailure(`The ${picture.type} picture`, cause);
  }
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

async function decode(picture: InspectedPicture, count: number, resize?: ResizeStep): Promise<Frame[]> {
  if (count > 1) return split(await renderFrame(open(picture, refuseTooMany(picture, count))), count);
  const upright = open(picture, 1).autoOrient();
  if (!resize) return [await renderFrame(upright)];
  const options = { ...resizing(picture.metadata.autoOrient, resize), background: backgroundOf(picture) };
  return [await renderFrame(upright.resize(options))];
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

async function applyTo(frames: readonly Frame[], step: ProcessingStep, picture: InspectedPicture): Promise<Frame[]> {
  const changed: Frame[] = [];
  for (const frame of frames) changed.push(await apply(frame, step, picture));
  return changed;
}

function apply(frame: Frame, step: ProcessingStep, picture: InspectedPicture): Promise<Frame> {
  switch (step.operation) {
    case 'resize':
      return resizeFrame(frame, step, backgroundOf(picture));
    case 'watermark':
      return watermarkFrame(frame, step);
    case 'filter':
      return filterFrame(frame, step.name);
  }
}

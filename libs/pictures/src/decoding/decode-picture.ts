import sharp, { type Sharp } from 'sharp';
import { PictureError } from '../picture-error.js';
import { decodingFailure } from './decoding-failure.js';
import { inspectPicture, mostPixels, type InspectedPicture } from './inspect-picture.js';

const longestDecodeSeconds = 10;

/** A JPEG is decoded at a half, a quarter or an eighth, so that there is less to resample, where this many times the size stays. */
const shrunkAtLeast = 2;
const shrinkFactors = [8, 4, 2] as const;

export interface DecodeOptions {
  /** Side of the square that the picture will be resampled to, so that a large JPEG need not be decoded whole. */
  size: number;
  /** `white`: transparent parts show white. `dropped`: the colours that lie beneath, as the reference has it. */
  alpha: 'white' | 'dropped';
}

/** Pixels row by row, four bytes each: red, green, blue, and one that is not looked at. */
export interface DecodedPicture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/**
 * Decodes a picture's first frame to upright sRGB, four bytes a pixel. Colour profiles are ignored, as the reference does.
 * Some decoders look at the time only when they have ended: whoever decodes strangers' pictures does it where it can be
 * ended from outside, and calls `allowOurFormatsAlone` there first.
 * @throws PictureError
 */
export async function decodePicture(received: Uint8Array, options: DecodeOptions): Promise<DecodedPicture> {
  const picture = await inspectPicture(received);
  const started = performance.now();
  try {
    const { data, info } = await pipeline(picture, options).raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, pixels: data };
  } catch (cause) {
    if (performance.now() - started >= longestDecodeSeconds * 1000) {
      throw new PictureError(
        'picture-too-slow',
        `The ${picture.type} picture took longer than ${longestDecodeSeconds} s to decode`,
        cause,
      );
    }
    throw decodingFailure(`The ${picture.type} picture`, cause);
  }
}

function pipeline(picture: InspectedPicture, options: DecodeOptions): Sharp {
  const upright = open(picture).timeout({ seconds: longestDecodeSeconds }).autoOrient();
  const decoded = picture.type === 'jpeg' ? shrinkOnLoad(upright, picture, options.size) : upright;
  const opaque = options.alpha === 'white' ? decoded.flatten({ background: '#ffffff' }) : decoded.removeAlpha();
  return opaque.toColourspace('srgb').ensureAlpha();
}

function open({ bytes, type }: InspectedPicture): Sharp {
  return sharp(bytes, {
    // a TIFF that ends early lacks tables and strips, and would be decoded to black
    failOn: type === 'tiff' ? 'error' : 'truncated',
    limitInputPixels: mostPixels,
    ignoreIcc: true,
    pages: 1,
    sequentialRead: true,
  });
}

/** Asks for a whole fraction of the size, which sharp leaves to the JPEG decoder. */
function shrinkOnLoad(picture: Sharp, { metadata }: InspectedPicture, size: number): Sharp {
  const { width, height } = metadata.autoOrient;
  const factor = shrinkFactors.find((candidate) => Math.min(width, height) / candidate >= shrunkAtLeast * size);
  if (!factor) return picture;
  return picture.resize(Math.floor(width / factor), Math.floor(height / factor), {
    fit: 'fill',
    fastShrinkOnLoad: true,
  });
}

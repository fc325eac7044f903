import sharp, { type Sharp } from 'sharp';
import { PictureError } from '../picture-error.js';
import { decodingFailure } from './decoding-failure.js';
import { mostPixels, type InspectedPicture } from './inspect-picture.js';

const longestDecodeSeconds = 10;

/**
 * The first frame of a picture, to be decoded.
 * @param profiles whether colours are taken to sRGB by the picture's own profile, where it has one
 */
export function openPicture({ bytes, type }: InspectedPicture, profiles: 'ignored' | 'applied'): Sharp {
  const picture = sharp(bytes, {
    // a TIFF that ends early lacks tables and strips, and would be decoded to black
    failOn: type === 'tiff' ? 'error' : 'truncated',
    limitInputPixels: mostPixels,
    ignoreIcc: profiles === 'ignored',
    pages: 1,
    sequentialRead: true,
  });
  return picture.timeout({ seconds: longestDecodeSeconds });
}

/** Decodes, and tells what of the picture it is if that fails. @throws PictureError */
export async function decoding<T>({ type }: InspectedPicture, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } catch (cause) {
    if (performance.now() - started >= longestDecodeSeconds * 1000) {
      const message = `The ${type} picture took longer than ${longestDecodeSeconds} s to decode`;
      throw new PictureError('picture-too-slow', message, cause);
    }
    throw decodingFailure(`The ${type} picture`, cause);
  }
}

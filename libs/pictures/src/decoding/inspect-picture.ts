import sharp, { type Metadata } from 'sharp';
import { PictureError } from '../picture-error.js';
import { pictureTypeOf, type PictureType } from '../picture-type.js';
import { decodingFailure } from './decoding-failure.js';
import { withoutTexts } from './png-texts.js';

/** More pixels than this are refused before they are decoded: a small file can unpack to gigabytes. */
export const mostPixels = 40_000_000;
/** A picture one pixel wide and millions high has few pixels, and would still need gigabytes while it is resampled. */
const longestSide = 65_535;

/** A picture whose header was read and found to be within limits; of the rest nothing is known yet. */
export interface InspectedPicture {
  type: PictureType;
  /** What is decoded: what was received, without a PNG's texts and, unless it is wanted, its colour profile. */
  bytes: Uint8Array;
  metadata: Metadata;
}

/**
 * Reads what kind of picture some bytes are, and its header.
 * @param profiles whether its colour profile is wanted
 * @throws PictureError `not-a-picture`, `picture-too-large`, `picture-truncated`
 */
export async function inspectPicture(
  received: Uint8Array,
  profiles: 'dropped' | 'kept' = 'dropped',
): Promise<InspectedPicture> {
  if (received.length === 0) throw new PictureError('not-a-picture', 'Expected a picture but received no bytes');
  const type = pictureTypeOf(received);
  if (!type) {
    const start = Buffer.from(received.subarray(0, 8)).toString('hex');
    throw new PictureError(
      'not-a-picture',
      `Expected JPEG, PNG, WebP, GIF, AVIF or TIFF but received bytes that begin with ${start}`,
    );
  }
  const bytes = type === 'png' ? withoutTexts(received, profiles) : received;
  const metadata = await readHeader(bytes, type);
  const { width, height } = metadata;
  if (width * height > mostPixels || Math.max(width, height) > longestSide) {
    throw new PictureError(
      'picture-too-large',
      `The ${type} picture has ${width} × ${height} pixels; ${mostPixels / 1e6} million are decoded at most, ${longestSide} a side`,
    );
  }
  return { type, bytes, metadata };
}

async function readHeader(bytes: Uint8Array, type: PictureType): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false, pages: 1 }).metadata();
  } catch (cause) {
    throw decodingFailure(`The ${type} picture's header`, cause);
  }
}

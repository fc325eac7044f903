import sharp, { type Metadata, type Sharp } from 'sharp';
import { PictureError } from './picture-error.js';
import { withoutTexts } from './png-texts.js';
import { pictureTypeOf, type PictureType } from '../picture-types.js';
import type { Picture } from './resample.js';

/** More pixels than this are refused before they are decoded: a small file can unpack to gigabytes. */
const mostPixels = 40_000_000;
/** A picture one pixel wide and millions high has few pixels, and would still need gigabytes while it is resampled. */
const longestSide = 65_535;
const longestDecodeSeconds = 10;

/** A JPEG is decoded at a half, a quarter or an eighth, so that there is less to resample, where this many times the size stays. */
const shrunkAtLeast = 2;
const shrinkFactors = [8, 4, 2] as const;

// Only these of libvips' loaders; SVG, PDF, ImageMagick and the rest stay shut for the whole process.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadHeif',
    'VipsForeignLoadTiff',
  ],
});
sharp.cache(false);
sharp.concurrency(1);

export interface DecodeOptions {
  /** Side of the square that the picture will be resampled to, so that a large JPEG need not be decoded whole. */
  size: number;
  /** `white`: transparent parts show white. `dropped`: the colours that lie beneath, as the reference has it. */
  alpha: 'white' | 'dropped';
}

/**
 * Decodes a picture's first frame to upright sRGB, four bytes a pixel. Colour profiles are ignored, as the reference does.
 * Some decoders look at the time only when they have ended: whoever decodes strangers' pictures does it where it can be
 * ended from outside.
 * @throws PictureError
 */
export async function decodePicture(received: Uint8Array, options: DecodeOptions): Promise<Picture> {
  if (received.length === 0) throw new PictureError('not-a-picture', 'Expected a picture but received no bytes');
  const type = pictureTypeOf(received);
  if (!type) {
    const start = Buffer.from(received.subarray(0, 8)).toString('hex');
    throw new PictureError(
      'not-a-picture',
      `Expected JPEG, PNG, WebP, GIF, AVIF or TIFF but received bytes that begin with ${start}`,
    );
  }
  const bytes = type === 'png' ? withoutTexts(received) : received;
  const metadata = await readHeader(bytes, type);
  const started = performance.now();
  try {
    const { data, info } = await pipeline(bytes, type, metadata, options).raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, pixels: data };
  } catch (cause) {
    if (performance.now() - started >= longestDecodeSeconds * 1000) {
      throw new PictureError(
        'picture-too-slow',
        `The ${type} picture took longer than ${longestDecodeSeconds} s to decode`,
        cause,
      );
    }
    throw damagedOrTooLarge(`The ${type} picture`, cause);
  }
}

/**
 * Where memory is limited, libraries that get none fail as they do at damaged data, and only their words differ. A thread that
 * cannot be started says nothing of the picture.
 */
function damagedOrTooLarge(what: string, cause: unknown): Error {
  const words = cause instanceof Error ? cause.message : '';
  if (/out of memory|insufficient memory|memory allocation error/i.test(words)) {
    return new PictureError('picture-too-large', `${what} needs more memory than decoding may take`, cause);
  }
  if (/error creating thread/i.test(words)) return cause as Error;
  return new PictureError('picture-truncated', `${what} is truncated or damaged`, cause);
}

function openPicture(bytes: Uint8Array, type: PictureType): Sharp {
  return sharp(bytes, {
    // a TIFF that ends early lacks tables and strips, and would be decoded to black
    failOn: type === 'tiff' ? 'error' : 'truncated',
    limitInputPixels: mostPixels,
    ignoreIcc: true,
    pages: 1,
    sequentialRead: true,
  });
}

async function readHeader(bytes: Uint8Array, type: PictureType): Promise<Metadata> {
  let metadata: Metadata;
  try {
    metadata = await sharp(bytes, { limitInputPixels: false, pages: 1 }).metadata();
  } catch (cause) {
    throw damagedOrTooLarge(`The ${type} picture's header`, cause);
  }
  const { width, height } = metadata;
  if (width * height > mostPixels || Math.max(width, height) > longestSide) {
    throw new PictureError(
      'picture-too-large',
      `The ${type} picture has ${width} × ${height} pixels; ${mostPixels / 1e6} million are decoded at most, ${longestSide} a side`,
    );
  }
  return metadata;
}

function pipeline(bytes: Uint8Array, type: PictureType, metadata: Metadata, options: DecodeOptions): Sharp {
  const upright = openPicture(bytes, type).timeout({ seconds: longestDecodeSeconds }).autoOrient();
  const decoded = type === 'jpeg' ? shrinkOnLoad(upright, metadata, options.size) : upright;
  const opaque = options.alpha === 'white' ? decoded.flatten({ background: '#ffffff' }) : decoded.removeAlpha();
  return opaque.toColourspace('srgb').ensureAlpha();
}

/** Asks for a whole fraction of the size, which sharp leaves to the JPEG decoder. */
function shrinkOnLoad(picture: Sharp, metadata: Metadata, size: number): Sharp {
  const { width, height } = metadata.autoOrient;
  const factor = shrinkFactors.find((candidate) => Math.min(width, height) / candidate >= shrunkAtLeast * size);
  if (!factor) return picture;
  return picture.resize(Math.floor(width / factor), Math.floor(height / factor), {
    fit: 'fill',
    fastShrinkOnLoad: true,
  });
}

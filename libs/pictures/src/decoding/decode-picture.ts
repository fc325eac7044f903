import type { Sharp } from 'sharp';
import { inspectPicture, type InspectedPicture } from './inspect-picture.js';
import { decoding, openPicture } from './open-picture.js';

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
  return decoding(picture, async () => {
    const { data, info } = await pipeline(picture, options).raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, pixels: data };
  });
}

function pipeline(picture: InspectedPicture, options: DecodeOptions): Sharp {
  const upright = openPicture(picture, 'ignored').autoOrient();
  const decoded = picture.type === 'jpeg' ? shrinkOnLoad(upright, picture, options.size) : upright;
  const opaque = options.alpha === 'white' ? decoded.flatten({ background: '#ffffff' }) : decoded.removeAlpha();
  return opaque.toColourspace('srgb').ensureAlpha();
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

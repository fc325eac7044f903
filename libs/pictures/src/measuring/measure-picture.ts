import { inspectPicture } from '../decoding/inspect-picture.js';
import { decoding, openPicture } from '../decoding/open-picture.js';
import { countRedPixels } from './count-red-pixels.js';
import type { MeasuredPicture } from './measured-picture.js';

const white = '#ffffff';

/**
 * Decodes a picture's first frame whole, to 8-bit sRGB over white, its colour profile applied, and counts. Counting does not depend on how
 * it is turned, so that only the sides are. As with `decodePicture`, strangers' pictures are measured where that can be ended from outside.
 * @throws PictureError
 */
export async function measurePicture(received: Uint8Array): Promise<MeasuredPicture> {
  const picture = await inspectPicture(received, 'kept');
  const pixels = await decoding(picture, () =>
    openPicture(picture, 'applied').flatten({ background: white }).toColourspace('srgb').raw().toBuffer(),
  );
  const { width, height } = picture.metadata.autoOrient;
  if (pixels.length !== 3 * width * height) {
    throw new Error(
      `Expected three bytes for each of ${width} × ${height} pixels but received ${pixels.length} in all`,
    );
  }
  return { type: picture.type, width, height, ...countRedPixels(pixels) };
}

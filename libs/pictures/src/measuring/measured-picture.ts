import type { PictureType } from '../picture-type.js';

/** What was measured of a picture's first frame, over every pixel. */
export interface MeasuredPicture {
  type: PictureType;
  /** In pixels, as turned. */
  width: number;
  height: number;
  /** Pixels that are red; see `countRedPixels`. */
  redPixels: number;
  /** The sum of the red channel, 0 to 255 a pixel. */
  redSum: number;
}

import type { Matrix3x3, Sharp } from 'sharp';
import { openFrame, type Frame } from './frames.js';
import type { FilterName } from './processing-steps.js';

/** Standard deviation of the blur, in pixels. */
const blurSigma = 3;

/** Luma as ITU-R BT.601 weighs it. */
const luma: [number, number, number] = [0.299, 0.587, 0.114];

/** The matrix that the W3C's filter effects name `sepia(1)`. */
const sepia: Matrix3x3 = [
  [0.393, 0.769, 0.189],
  [0.349, 0.686, 0.168],
  [0.272, 0.534, 0.131],
];

const filters: Readonly<Record<FilterName, (picture: Sharp) => Sharp>> = {
  sharpen: (picture) => picture.sharpen(),
  blur: (picture) => picture.blur(blurSigma),
  grayscale: (picture) => picture.recomb([luma, luma, luma]),
  sepia: (picture) => picture.recomb(sepia),
};

export function filterFrame(frame: Frame, name: FilterName = 'sharpen'): Sharp {
  return filters[name](openFrame(frame));
}

import { bicubicKernel, precisionBits } from '../../../libs/blip/src/preprocessing/bicubic-kernel.js';
import type { DecodedPicture } from '../../../libs/blip/src/preprocessing/decoding.js';

const colours = 3;
const pixelBytes = 4;
const half = 1 << (precisionBits - 1);

/** What `resample` of libs/blip does, in plain JavaScript, as fast as this is known to go: by colour, weights in the inner loop. */
export function plainResample({ width, height, pixels }: DecodedPicture, size: number): Uint8ClampedArray {
  const narrow = resampleRows(pixels, width, height, size);
  return resampleColumns(narrow, height, size);
}

function resampleRows(pixels: Uint8Array, width: number, height: number, size: number): Uint8ClampedArray {
  const { entries, stride } = bicubicKernel(width, size);
  const narrow = new Uint8ClampedArray(size * height * colours);
  for (let row = 0, out = 0; row < height; row++) {
    for (let column = 0, entry = 0; column < size; column++, entry += stride, out += colours) {
      let source = (row * width + entries[entry]!) * pixelBytes;
      const end = entry + 2 + entries[entry + 1]!;
      let [red, green, blue] = [half, half, half];
      for (let at = entry + 2; at < end; at++, source += pixelBytes) {
        const weight = entries[at]!;
        red = (red + Math.imul(pixels[source]!, weight)) | 0;
        green = (green + Math.imul(pixels[source + 1]!, weight)) | 0;
        blue = (blue + Math.imul(pixels[source + 2]!, weight)) | 0;
      }
      narrow[out] = red >> precisionBits;
      narrow[out + 1] = green >> precisionBits;
      narrow[out + 2] = blue >> precisionBits;
    }
  }
  return narrow;
}

/** A row of sums at a time, so that memory is read in its order. */
function resampleColumns(narrow: Uint8ClampedArray, height: number, size: number): Uint8ClampedArray {
  const { entries, stride } = bicubicKernel(height, size);
  const rowBytes = size * colours;
  const result = new Uint8ClampedArray(size * rowBytes);
  const sums = new Int32Array(rowBytes);
  for (let row = 0, entry = 0; row < size; row++, entry += stride) {
    sums.fill(half);
    const [first, count] = [entries[entry]!, entries[entry + 1]!];
    for (let index = 0; index < count; index++) {
      const weight = entries[entry + 2 + index]!;
      const start = (first + index) * rowBytes;
      for (let at = 0; at < rowBytes; at++) sums[at] = (sums[at]! + Math.imul(narrow[start + at]!, weight)) | 0;
    }
    for (let at = 0; at < rowBytes; at++) result[row * rowBytes + at] = sums[at]! >> precisionBits;
  }
  return result;
}

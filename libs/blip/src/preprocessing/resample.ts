import { bicubicKernel, precisionBits, type Kernel } from './bicubic-kernel.js';

const colours = 3;
const half = 1 << (precisionBits - 1);

/** Pixels row by row, four bytes each: red, green, blue, and one that is not looked at. */
export interface Picture {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/**
 * Resizes to RGB bytes of `size` × `size`, whatever the aspect, exactly as PIL's `resize(…, BICUBIC)`: first the rows,
 * then the columns, each rounded to bytes.
 */
export function resample(picture: Picture, size: number): Uint8Array {
  // one load brings a whole pixel, which made this loop twice as fast
  const pixels = wordView(picture.pixels);
  const { width, height } = picture;
  const narrow =
    width === size ? withoutAlpha(pixels) : resampleRows(pixels, width, height, bicubicKernel(width, size));
  return height === size ? narrow : resampleColumns(narrow, size, bicubicKernel(height, size));
}

function resampleRows(pixels: Uint32Array, width: number, height: number, kernel: Kernel): Uint8Array {
  const { starts, counts, weights, stride } = kernel;
  const outputWidth = starts.length;
  const result = new Uint8ClampedArray(outputWidth * height * colours);
  for (let row = 0, out = 0; row < height; row++) {
    for (let column = 0; column < outputWidth; column++, out += colours) {
      let red = half;
      let green = half;
      let blue = half;
      const source = row * width + starts[column]!;
      const firstWeight = column * stride;
      const count = counts[column]!;
      for (let index = 0; index < count; index++) {
        const pixel = pixels[source + index]!;
        const weight = weights[firstWeight + index]!;
        red = (red + Math.imul(pixel & 255, weight)) | 0;
        green = (green + Math.imul((pixel >>> 8) & 255, weight)) | 0;
        blue = (blue + Math.imul((pixel >>> 16) & 255, weight)) | 0;
      }
      result[out] = red >> precisionBits;
      result[out + 1] = green >> precisionBits;
      result[out + 2] = blue >> precisionBits;
    }
  }
  return new Uint8Array(result.buffer);
}

/** Adds whole rows times their weights, so that memory is read in its order. */
function resampleColumns(pixels: Uint8Array, width: number, kernel: Kernel): Uint8Array {
  const { starts, counts, weights, stride } = kernel;
  const rowLength = width * colours;
  const result = new Uint8ClampedArray(starts.length * rowLength);
  const sums = new Int32Array(rowLength);
  for (let row = 0; row < starts.length; row++) {
    sums.fill(half);
    for (let index = 0; index < counts[row]!; index++) {
      const weight = weights[row * stride + index]!;
      const source = (starts[row]! + index) * rowLength;
      for (let offset = 0; offset < rowLength; offset++) {
        sums[offset] = (sums[offset]! + Math.imul(pixels[source + offset]!, weight)) | 0;
      }
    }
    const out = row * rowLength;
    for (let offset = 0; offset < rowLength; offset++) result[out + offset] = sums[offset]! >> precisionBits;
  }
  return new Uint8Array(result.buffer);
}

function withoutAlpha(pixels: Uint32Array): Uint8Array {
  const result = new Uint8Array(pixels.length * colours);
  for (let index = 0, out = 0; index < pixels.length; index++, out += colours) {
    const pixel = pixels[index]!;
    result[out] = pixel & 255;
    result[out + 1] = (pixel >>> 8) & 255;
    result[out + 2] = (pixel >>> 16) & 255;
  }
  return result;
}

function wordView(bytes: Uint8Array): Uint32Array {
  const source = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(source.buffer, source.byteOffset, source.length / 4);
}

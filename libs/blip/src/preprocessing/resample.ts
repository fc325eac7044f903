import { bicubicKernel, type Kernel } from './bicubic-kernel.js';
import type { DecodedPicture } from './decoding.js';
import { instantiateResampleModule, type ResampleModule } from './resample-module.js';

const pixelBytes = 4;
const colours = 3;
const pageBytes = 65_536;
/** Source rows are copied in bands of about this size, which stay in the processor's cache. */
const bandBytes = 1 << 18;

/**
 * Resizes to RGB bytes of `size` × `size`, whatever the aspect, exactly as PIL's `resize(…, BICUBIC)`: first the rows,
 * then the columns, each rounded to bytes; a side that has the right size already is left alone.
 */
export function resample(picture: DecodedPicture, size: number): Uint8Array<ArrayBuffer> {
  const { width, height, pixels } = picture;
  if (width === size && height === size) return withoutAlpha(pixels, size, size * pixelBytes);
  const module = instantiateResampleModule();
  const rows = bicubicKernel(width, size);
  const columns = bicubicKernel(height, size);

  const narrowRowBytes = Math.ceil((size * pixelBytes) / 16) * 16;
  const bandRows = Math.max(1, Math.floor(bandBytes / (width * pixelBytes)));
  const layout = new MemoryLayout();
  const band = layout.place(bandRows * width * pixelBytes);
  const narrow = layout.place(height * narrowRowBytes);
  const result = layout.place(size * narrowRowBytes);
  const rowKernel = layout.place(rows.entries.byteLength);
  const columnKernel = layout.place(columns.entries.byteLength);
  module.memory.grow(Math.ceil(layout.end / pageBytes));
  writeKernel(module, rowKernel, rows);
  writeKernel(module, columnKernel, columns);

  const memory = new Uint8Array(module.memory.buffer);
  for (let row = 0; row < height; row += bandRows) {
    const count = Math.min(bandRows, height - row);
    const source = pixels.subarray(row * width * pixelBytes, (row + count) * width * pixelBytes);
    const target = narrow + row * narrowRowBytes;
    if (width === size) copyRows(source, memory, target, width * pixelBytes, narrowRowBytes);
    else {
      memory.set(source, band);
      module.rows(band, width * pixelBytes, count, rowKernel, rows.stride * 4, size, target, narrowRowBytes);
    }
  }
  if (height === size) return withoutAlpha(memory.subarray(narrow), size, narrowRowBytes);
  module.columns(narrow, narrowRowBytes, columnKernel, columns.stride * 4, size, result);
  return withoutAlpha(memory.subarray(result), size, narrowRowBytes);
}

/** Hands out places in a memory one after the other, each at a multiple of 16 bytes. */
class MemoryLayout {
  end = 0;

  place(bytes: number): number {
    const start = this.end;
    this.end += Math.ceil(bytes / 16) * 16;
    return start;
  }
}

function writeKernel({ memory }: ResampleModule, address: number, { entries }: Kernel): void {
  new Int32Array(memory.buffer, address, entries.length).set(entries);
}

function copyRows(
  source: Uint8Array,
  memory: Uint8Array,
  target: number,
  rowBytes: number,
  targetRowBytes: number,
): void {
  for (let start = 0, row = 0; start < source.length; start += rowBytes, row++) {
    memory.set(source.subarray(start, start + rowBytes), target + row * targetRowBytes);
  }
}

function withoutAlpha(pixels: Uint8Array, size: number, rowBytes: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(size * size * colours);
  for (let row = 0, out = 0; row < size; row++) {
    const start = row * rowBytes;
    for (let source = start; source < start + size * pixelBytes; source += pixelBytes, out += colours) {
      result[out] = pixels[source]!;
      result[out + 1] = pixels[source + 1]!;
      result[out + 2] = pixels[source + 2]!;
    }
  }
  return result;
}

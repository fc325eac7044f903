import { elementCount, type TensorLayout } from './tensor-reference.js';

/** Pieces in which a tensor is read and given on, in bytes. */
const pieceBytes = 1 << 20;
/** What one buffer holds; a view that needs more of its storage at once is none that a model has. */
const mostBytesAtOnce = 2 ** 31;

/** Bytes of a storage: from an element on, so many elements. */
export type ReadElements = (start: number, count: number) => Promise<Buffer>;

interface Axis {
  size: number;
  stride: number;
}

/**
 * The elements of a view in row-major order, as raw bytes in pieces of whole multiples of `unit` elements. What lies in order is
 * read in order; of any other view, what one step of its outermost axis touches is read at a time, and where those
 * touch the same bytes again and again (a transposed matrix), all that the view spans is read once.
 */
export async function* stridedPieces(
  layout: TensorLayout,
  elementBytes: number,
  read: ReadElements,
  unit: number,
): AsyncGenerator<Buffer> {
  const total = elementCount(layout.shape);
  if (total === 0) return;
  const pieceElements = unit * Math.max(1, Math.floor(pieceBytes / elementBytes / unit));
  const axes = mergedAxes(layout);
  if (axes.length === 1 && axes[0]!.stride === 1) {
    for (let done = 0; done < total; done += pieceElements) {
      yield await read(layout.offset + done, Math.min(pieceElements, total - done));
    }
    return;
  }
  const pieces = new PieceBuffer(pieceElements, elementBytes, total);
  for (const { start, block } of blocks(layout.offset, axes, elementBytes)) {
    yield* pieces.gather(asElements(await read(start, spanOf(block)), elementBytes), block);
  }
}

/** How many bytes of a storage a view needs at once, where that is more than `stridedPieces` reads; else undefined. */
export function viewTooWide(layout: TensorLayout, elementBytes: number): number | undefined {
  const first = blocks(layout.offset, mergedAxes(layout), elementBytes).next();
  const bytes = first.done ? 0 : spanOf(first.value.block) * elementBytes;
  return bytes > mostBytesAtOnce ? bytes : undefined;
}

/** Collects elements into pieces. */
class PieceBuffer {
  private piece: Elements;
  private filled = 0;

  constructor(
    private readonly pieceElements: number,
    private readonly elementBytes: number,
    private left: number,
  ) {
    this.piece = this.next();
  }

  /** The pieces that become full by the elements of a block. */
  *gather(source: Elements, block: readonly Axis[]): Generator<Buffer> {
    const { size, stride } = block.at(-1)!;
    for (const row of rowStarts(block.slice(0, -1))) {
      for (let index = 0; index < size;) {
        const end = Math.min(size, index + this.piece.length - this.filled);
        for (; index < end; index++) this.piece[this.filled++] = source[row + index * stride]!;
        if (this.filled === this.piece.length) yield this.take();
      }
    }
  }

  private take(): Buffer {
    const { buffer, byteOffset, byteLength } = this.piece;
    this.left -= this.piece.length;
    this.filled = 0;
    this.piece = this.next();
    return Buffer.from(buffer, byteOffset, byteLength);
  }

  private next(): Elements {
    const elements = Math.min(this.pieceElements, this.left);
    return asElements(Buffer.alloc(elements * this.elementBytes), this.elementBytes);
  }
}

/** Axes from the outermost in, without those of one step, and with those as one that follow each other like one. */
function mergedAxes({ shape, strides }: TensorLayout): Axis[] {
  const axes: Axis[] = [];
  for (const [index, size] of shape.entries()) {
    if (size === 1) continue;
    const [outer, stride] = [axes.at(-1), strides[index]!];
    if (outer?.stride === size * stride) axes.splice(-1, 1, { size: outer.size * size, stride });
    else axes.push({ size, stride });
  }
  return axes.length > 0 ? axes : [{ size: 1, stride: 1 }];
}

/** Parts of the view that are read at once: as many steps of the outermost axis as a piece holds, or all of them. */
function* blocks(
  offset: number,
  [outer, ...inner]: Axis[],
  elementBytes: number,
): Generator<{ start: number; block: Axis[] }> {
  const { size, stride } = outer!;
  const isApart = stride >= spanOf(inner);
  const steps = isApart ? Math.max(1, Math.floor(pieceBytes / elementBytes / stride)) : size;
  for (let step = 0; step < size; step += steps) {
    yield { start: offset + step * stride, block: [{ size: Math.min(steps, size - step), stride }, ...inner] };
  }
}

/** Elements from the first that some axes touch to the last. */
function spanOf(axes: readonly Axis[]): number {
  return axes.reduce((span, { size, stride }) => span + (size - 1) * stride, 1);
}

/** Where each combination of steps along some axes lies. */
function* rowStarts(axes: readonly Axis[]): Generator<number> {
  const steps = axes.map(() => 0);
  let start = 0;
  for (let turned = 0; turned >= 0;) {
    yield start;
    // like an odometer: an axis that is through starts again, and the one outside of it goes on
    for (turned = axes.length - 1; turned >= 0; turned--) {
      const { size, stride } = axes[turned]!;
      start += stride;
      if (++steps[turned]! < size) break;
      start -= size * stride;
      steps[turned] = 0;
    }
  }
}

type Elements = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Bytes in memory of their own, as elements that are moved whole. */
function asElements({ buffer, byteOffset, byteLength }: Buffer, elementBytes: number): Elements {
  if (elementBytes === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  if (elementBytes === 4) return new Uint32Array(buffer, byteOffset, byteLength / 4);
  if (elementBytes === 8) return new Float64Array(buffer, byteOffset, byteLength / 8);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

import type { FileHandle } from 'node:fs/promises';
import type { ElementType, Initializer } from './onnx-model.js';

/** Takes the next bytes of a weight. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/** A constant that is written when its graph is: its size is known beforehand, its bytes come in pieces. */
export interface Weight {
  name: string;
  type: ElementType;
  dims: readonly number[];
  byteLength: number;
  /** Gives exactly `byteLength` bytes to the sink. */
  write(sink: ByteSink): Promise<void>;
}

/** ONNX Runtime maps a weight from the file into memory only where it starts on a page; small ones are not worth one. */
const pageSize = 4096;
const smallAlignment = 64;

/**
 * The file of weights beside an ONNX model. Weights are declared first, which fixes their places, and written one after
 * the other later, so that no two of them are in memory together.
 */
export class WeightFile {
  private readonly placed: { weight: Weight; offset: number }[] = [];
  private readonly names = new Set<string>();
  private end = 0;

  constructor(
    /** The file's name, as the model beside it writes it. */
    readonly fileName: string,
  ) {}

  /** Places a weight, once for each name, and returns that name. */
  declare(weight: Weight): string {
    if (!this.names.has(weight.name)) {
      this.names.add(weight.name);
      const alignment = weight.byteLength < 16 * pageSize ? smallAlignment : pageSize;
      const offset = Math.ceil(this.end / alignment) * alignment;
      this.placed.push({ weight, offset });
      this.end = offset + weight.byteLength;
    }
    return weight.name;
  }

  initializers(): Initializer[] {
    return this.placed.map(({ weight, offset }) => ({
      name: weight.name,
      type: weight.type,
      dims: weight.dims,
      content: { file: this.fileName, offset, length: weight.byteLength },
    }));
  }

  /** The file's size in bytes once it is written. */
  get byteLength(): number {
    return this.end;
  }

  /** Writes all weights in their order; `onBytes` hears how many bytes were added, gaps included, as they are. */
  async writeTo(file: FileHandle, onBytes: (count: number) => void): Promise<void> {
    let end = 0;
    for (const { weight, offset } of this.placed) {
      let position = offset;
      await weight.write(async (bytes) => {
        await file.write(bytes, 0, bytes.length, position);
        position += bytes.length;
        onBytes(position - end);
        end = position;
      });
      if (position - offset !== weight.byteLength) {
        throw new RangeError(`${weight.name}: expected ${weight.byteLength} bytes but wrote ${position - offset}`);
      }
    }
  }
}

/** The same memory as bytes. */
export function byteView(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

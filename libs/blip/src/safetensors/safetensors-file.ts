import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { float32Decoder } from '../weights/float32-decoder.js';
import { openFile } from '../weights/open-file.js';
import { quoted } from '../weights/quoted.js';
import { readRange } from '../weights/read-range.js';
import type { StoredTensor, WeightSource } from '../weights/weight-source.js';
import {
  broken,
  longestHeader,
  parseSafetensorsHeader,
  type SafetensorsHeader,
  type TensorEntry,
} from './safetensors-header.js';

const lengthPrefix = 8;
/** Pieces in which a tensor is read: memory stays small however large the tensor is. */
const pieceBytes = 1 << 20;

/** A safetensors file, read tensor by tensor and never whole. */
export class SafetensorsFile implements WeightSource {
  readonly tensors: ReadonlyMap<string, StoredTensor>;

  private constructor(
    private readonly handle: FileHandle,
    private readonly dataStart: number,
    readonly header: SafetensorsHeader,
    private readonly path: string,
  ) {
    this.tensors = new Map([...header.tensors].map(([name, entry]) => [name, this.stored(entry)]));
  }

  get name(): string {
    return basename(this.path);
  }

  get paths(): readonly string[] {
    return [this.path];
  }

  /** @throws CheckpointError `bad-safetensors`, `bad-checkpoint` where it is no file */
  static async open(path: string): Promise<SafetensorsFile> {
    const name = basename(path);
    const { handle, size } = await openFile(path);
    try {
      if (size < lengthPrefix) throw broken(name, `${size} bytes are too few for a safetensors file`);
      const prefix = await readRange(handle, 0, lengthPrefix);
      const headerLength = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
      if (headerLength > BigInt(longestHeader))
        throw broken(name, `its header claims ${headerLength} bytes (not a safetensors file?)`);
      const dataStart = lengthPrefix + Number(headerLength);
      if (dataStart > size)
        throw broken(name, `its header claims ${headerLength} bytes, but the file has only ${size} (truncated?)`);
      const text = (await readRange(handle, lengthPrefix, Number(headerLength))).toString('utf8');
      return new SafetensorsFile(handle, dataStart, parseSafetensorsHeader(text, size - dataStart, name), path);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Reads a tensor's elements in order, in pieces of about a megabyte that are multiples of `unit` elements, as float32.
   * F32, F16, BF16 and F64 are converted.
   * @throws CheckpointError `bad-safetensors` where the type holds no fractions
   */
  async *float32Pieces(entry: TensorEntry, unit = 1): AsyncGenerator<Float32Array> {
    const decoder = float32Decoder(entry.type);
    if (!decoder)
      throw broken(
        this.name,
        `tensor ${quoted(entry.name)} has the type ${entry.type}, expected F32, F16, BF16 or F64`,
      );
    const unitBytes = unit * decoder.elementBytes;
    const step = Math.max(unitBytes, Math.floor(pieceBytes / unitBytes) * unitBytes);
    for (let start = entry.start; start < entry.end; start += step) {
      const length = Math.min(step, entry.end - start);
      yield decoder.decode(await readRange(this.handle, this.dataStart + start, length));
    }
  }

  /** A whole tensor; for small ones. */
  async readFloat32(entry: TensorEntry): Promise<Float32Array> {
    const elements = entry.shape.reduce((product, size) => product * size, 1);
    const whole = new Float32Array(elements);
    let offset = 0;
    for await (const piece of this.float32Pieces(entry)) {
      whole.set(piece, offset);
      offset += piece.length;
    }
    return whole;
  }

  /** A tensor's bytes as they lie in the file. */
  readBytes(entry: TensorEntry): Promise<Buffer> {
    return readRange(this.handle, this.dataStart + entry.start, entry.end - entry.start);
  }

  private stored(entry: TensorEntry): StoredTensor {
    const { name, type, shape } = entry;
    return { name, type, shape, file: this.name, pieces: (unit) => this.float32Pieces(entry, unit) };
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

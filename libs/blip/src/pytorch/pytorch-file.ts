import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { float32Decoder } from '../weights/float32-decoder.js';
import { openFile } from '../weights/open-file.js';
import { quoted } from '../weights/quoted.js';
import { readRange, readRangeSync } from '../weights/read-range.js';
import type { StoredTensor, WeightSource } from '../weights/weight-source.js';
import { readArchiveForm, type SavedObject } from './archive-form.js';
import { readLegacyForm } from './legacy-form.js';
import type { ReadBytes } from './pickle-input.js';
import { broken } from './pytorch-error.js';
import { stateDictTensors } from './state-dict-tensors.js';
import { stridedPieces, viewTooWide } from './strided-pieces.js';
import type { TensorReference } from './tensor-reference.js';

/** A state dict as `torch.save` writes it, in either form, read tensor by tensor. Nothing in it is ever executed. */
export class PytorchFile implements WeightSource {
  readonly tensors: ReadonlyMap<string, StoredTensor>;

  private constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    saved: SavedObject,
  ) {
    const described = stateDictTensors(this.name, saved.value);
    this.tensors = new Map(
      [...described].map(([name, tensor]) => [name, this.stored(name, tensor, saved.places.get(tensor.storage.key)!)]),
    );
  }

  /** @throws CheckpointError `bad-pytorch-file`, `unsafe-pytorch-file`, `bad-checkpoint` where it is no file */
  static async open(path: string): Promise<PytorchFile> {
    const { handle, size } = await openFile(path);
    try {
      const read: ReadBytes = (position, length) => readRangeSync(handle, position, length);
      return new PytorchFile(handle, path, readSavedObject(basename(path), size, read));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get name(): string {
    return basename(this.path);
  }

  get paths(): readonly string[] {
    return [this.path];
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private stored(name: string, tensor: TensorReference, place: number): StoredTensor {
    const pieces = (unit = 1) => this.float32Pieces(name, tensor, place, unit);
    return { name, type: tensor.storage.type, shape: tensor.layout.shape, file: this.name, pieces };
  }

  private async *float32Pieces(
    name: string,
    { storage, layout }: TensorReference,
    place: number,
    unit: number,
  ): AsyncGenerator<Float32Array> {
    const { type, elementBytes } = storage;
    const decoder = float32Decoder(type);
    const shown = `tensor ${quoted(name)}`;
    if (!decoder) throw broken(this.name, `${shown} has the type ${type}, expected F32, F16, BF16 or F64`);
    const span = viewTooWide(layout, elementBytes);
    if (span !== undefined) throw broken(this.name, `${shown} is a view that spans ${span} bytes of its storage`);
    const read = (start: number, count: number): Promise<Buffer> =>
      readRange(this.handle, place + start * elementBytes, count * elementBytes);
    for await (const bytes of stridedPieces(layout, elementBytes, read, unit)) yield decoder.decode(bytes);
  }
}

function readSavedObject(file: string, size: number, read: ReadBytes): SavedObject {
  const beginning = read(0, Math.min(size, 64)).toString('latin1');
  if (beginning.startsWith('version https://git-lfs')) {
    throw broken(file, 'is a Git LFS pointer, not the file that it points to (git lfs pull)');
  }
  if (beginning.startsWith('PK')) return readArchiveForm(file, size, read);
  // every pickle since protocol 2 begins so; torch.save has never used an older one by default
  if (!/^[\x80IL]/.test(beginning)) throw broken(file, 'is not a file of torch.save (neither zip archive nor pickle)');
  return readLegacyForm(file, size, read);
}

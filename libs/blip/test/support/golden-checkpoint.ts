import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SafetensorsFile } from '../../src/safetensors/safetensors-file.js';

export const goldenDirectory = join(__dirname, '..', 'golden');
const tinyDirectory = join(goldenDirectory, 'tiny-a');

/** The forms in which the reference saves one and the same checkpoint. */
export const checkpointForms = ['model', 'model.full-legacy', 'model.tied-min'] as const;
export type CheckpointForm = (typeof checkpointForms)[number];

/** Runs `use` with a directory of its own, which is gone afterwards. */
export async function withDirectory<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'ekphrasis-blip-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Lays out the golden checkpoint as Hugging Face's hub has it. */
export async function copyTinyCheckpoint(directory: string, form: CheckpointForm = 'model'): Promise<void> {
  for (const file of await readdir(tinyDirectory)) {
    if (!file.endsWith('.safetensors') && file !== 'bin')
      await copyFile(join(tinyDirectory, file), join(directory, file));
  }
  await copyFile(join(tinyDirectory, `${form}.safetensors`), join(directory, 'model.safetensors'));
}

/** What `torch.save` wrote of the same checkpoint, by the name of its file in `golden/tiny-a/bin`. */
export const pytorchForms = ['pytorch_model.bin', 'legacy-format.bin', 'pytorch_model.bin.index.json'] as const;

/** Lays out the golden checkpoint with PyTorch's files alone: one of them, or two shards and their index. */
export async function copyPytorchCheckpoint(directory: string, form: string): Promise<void> {
  await copyTinyCheckpoint(directory);
  await rm(join(directory, 'model.safetensors'));
  const isIndex = form.endsWith('.index.json');
  const shards = ['pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin', form];
  for (const file of isIndex ? shards : [form]) {
    await copyFile(join(tinyDirectory, 'bin', file), join(directory, isIndex ? file : 'pytorch_model.bin'));
  }
}

/** The reference's numbers: tensors by name, int64 as plain numbers. */
export async function readReference(names: readonly string[]): Promise<Record<string, Float32Array>> {
  const file = await SafetensorsFile.open(join(tinyDirectory, 'reference.safetensors'));
  try {
    const tensors: Record<string, Float32Array> = {};
    for (const name of names) {
      const entry = file.header.tensors.get(name)!;
      if (entry.type === 'I64') {
        const bytes = new Uint8Array(await file.readBytes(entry));
        tensors[name] = Float32Array.from(new BigInt64Array(bytes.buffer), Number);
      } else {
        tensors[name] = await file.readFloat32(entry);
      }
    }
    return tensors;
  } finally {
    await file.close();
  }
}

/** One variant of the reference's `generate`: its arguments, and ids and score of each of the four pictures. */
export interface ExpectedGeneration {
  kwargs: Record<string, number | string | boolean | number[]>;
  per_image: { ids: number[][]; scores?: number[] }[];
}

/** What a version of transformers generated, by variant. */
export async function readExpectedGenerations(
  version: '4.31' | '4.40.2' = '4.40.2',
): Promise<Record<string, ExpectedGeneration>> {
  const text = await readFile(join(tinyDirectory, `expected.v${version}.json`), 'utf8');
  return (JSON.parse(text) as { generation: Record<string, ExpectedGeneration> }).generation;
}

/** ‖found − expected‖ / ‖expected‖. */
export function relativeError(found: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let size = 0;
  for (const [index, value] of expected.entries()) {
    difference += (found[index]! - value) ** 2;
    size += value ** 2;
  }
  return Math.sqrt(difference / size);
}

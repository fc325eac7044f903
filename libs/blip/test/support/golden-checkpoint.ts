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
    if (!file.endsWith('.safetensors')) await copyFile(join(tinyDirectory, file), join(directory, file));
  }
  await copyFile(join(tinyDirectory, `${form}.safetensors`), join(directory, 'model.safetensors'));
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

/** What transformers 4.40.2 generated, by variant. */
export async function readExpectedGenerations(): Promise<Record<string, ExpectedGeneration>> {
  const text = await readFile(join(tinyDirectory, 'expected.v4.40.2.json'), 'utf8');
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

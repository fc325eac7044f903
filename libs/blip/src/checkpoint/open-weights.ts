import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PytorchFile } from '../pytorch/pytorch-file.js';
import { SafetensorsFile } from '../safetensors/safetensors-file.js';
import type { WeightSource } from '../weights/weight-source.js';
import { CheckpointError } from './checkpoint-error.js';
import { ShardedWeights } from './sharded-weights.js';

type Open = (path: string) => Promise<WeightSource>;

const safetensors: Open = (path) => SafetensorsFile.open(path);
const pytorch: Open = (path) => PytorchFile.open(path);

/** Files that may hold a checkpoint's weights, best first: the first that is there is taken. */
const forms: readonly [file: string, open: Open][] = [
  ['model.safetensors', safetensors],
  ['model.safetensors.index.json', (path) => ShardedWeights.open(path, '.safetensors', safetensors)],
  ['pytorch_model.bin', pytorch],
  ['pytorch_model.bin.index.json', (path) => ShardedWeights.open(path, '.bin', pytorch)],
];

/** @throws CheckpointError where none is there, or the best one is wrong */
export async function openWeights(directory: string): Promise<WeightSource> {
  for (const [file, open] of forms) {
    const path = join(directory, file);
    if (await exists(path)) return open(path);
  }
  const [first, ...others] = forms.map(([file]) => file);
  throw new CheckpointError('bad-checkpoint', `${directory}: has no ${first}, nor ${others.join(' or ')}`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

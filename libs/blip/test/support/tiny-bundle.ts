import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Precision } from '../../src/bundle/bundle-format.js';
import { compileCheckpoint } from '../../src/compiler/compile-checkpoint.js';
import { copyTinyCheckpoint, type CheckpointForm } from './golden-checkpoint.js';

/** Compiles the golden checkpoint below `directory`. @returns the bundle's directory */
export async function compileTinyBundle(
  directory: string,
  precision: Precision = 'fp32',
  form: CheckpointForm = 'model',
): Promise<string> {
  const checkpoint = join(directory, 'checkpoint');
  const bundle = join(directory, 'bundle');
  await mkdir(checkpoint, { recursive: true });
  await copyTinyCheckpoint(checkpoint, form);
  await compileCheckpoint(checkpoint, bundle, { precision });
  return bundle;
}

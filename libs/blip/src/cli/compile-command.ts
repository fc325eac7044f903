import type { BundleManifest } from '../bundle/bundle-format.js';
import { compileCheckpoint, type CompileOptions } from '../compiler/compile-checkpoint.js';
import { outOf, parseArguments, precisionOf } from './arguments.js';
import { megabytes, ProgressBar } from './progress-bar.js';

/** `compile <checkpoint> --out <bundle> [--precision] [--name] [--source] [--licence]` */
export async function compileCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const parsed = parseArguments(args, { out: text, precision: text, name: text, source: text, licence: text }, 1);
  await compileWithProgress(parsed.positionals[0]!, outOf(parsed), {
    precision: precisionOf(parsed),
    name: parsed.text('name'),
    source: parsed.text('source'),
    licence: parsed.text('licence'),
  });
}

/** Compiles, and says what came out. */
export async function compileWithProgress(checkpoint: string, out: string, options: CompileOptions): Promise<void> {
  const bar = new ProgressBar('compiling');
  printBundle(out, await compileCheckpoint(checkpoint, out, { ...options, onProgress: bar.update }));
}

/** Where a bundle lies and what it is, in a line. */
export function printBundle(directory: string, { files, name, precision }: BundleManifest): void {
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  console.log(`${directory}: ${name} in ${precision}, ${megabytes(bytes)}`);
}

import type { BundleManifest } from '../bundle/bundle-format.js';
import { compileCheckpoint, type CompileOptions } from '../compiler/compile-checkpoint.js';
import { outOf, parseArguments, precisionOf, type ParsedArguments } from './arguments.js';
import { int8Lines } from './int8-lines.js';
import { megabytes, ProgressBar } from './progress-bar.js';
import { UsageError } from './usage-error.js';

/** `compile <checkpoint> --out <bundle> [--precision] [--product-error] [--name] [--source] [--licence]` */
export async function compileCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const options = {
    out: text,
    precision: text,
    'product-error': text,
    name: text,
    source: text,
    licence: text,
  };
  const parsed = parseArguments(args, options, 1);
  await compileWithProgress(parsed.positionals[0]!, outOf(parsed), {
    precision: precisionOf(parsed),
    productErrorBound: productErrorOf(parsed),
    name: parsed.text('name'),
    source: parsed.text('source'),
    licence: parsed.text('licence'),
  });
}

/** @throws UsageError */
function productErrorOf(parsed: ParsedArguments): number | undefined {
  const value = parsed.number('product-error');
  if (value === undefined || value > 0) return value;
  throw new UsageError(`Expected a share above 0 for --product-error but received "${value}"`);
}

/** Compiles, and says what came out. */
export async function compileWithProgress(checkpoint: string, out: string, options: CompileOptions): Promise<void> {
  const manifest = await compileCheckpoint(checkpoint, out, {
    ...options,
    onCalibration: new ProgressBar('calibrating', 'stages').update,
    onProgress: new ProgressBar('compiling').update,
  });
  printBundle(out, manifest);
}

/** Where a bundle lies and what it is, in a line, and what int8 does to it. */
export function printBundle(directory: string, { files, name, precision, int8 }: BundleManifest): void {
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  console.log(`${directory}: ${name} in ${precision}, ${megabytes(bytes)}`);
  if (int8) for (const line of int8Lines(int8)) console.log(line);
}

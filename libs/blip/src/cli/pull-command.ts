import { join } from 'node:path';
import { openBundle } from '../bundle/bundle.js';
import { pullCheckpoint } from '../hub/pull-checkpoint.js';
import { provideBundle, type ProvisionStep } from '../store/provide-bundle.js';
import { parseArguments, precisionOf, type ParsedArguments } from './arguments.js';
import { compileWithProgress, printBundle } from './compile-command.js';
import { ProgressBar } from './progress-bar.js';

/**
 * `pull <model> [--revision] [--precision] [--if-missing]`: the bundle, kept under MODELS_DIR; what was there is brought up to
 * date unless `--if-missing` says that it will do.
 * `pull <owner/name> --out <directory> …`: checkpoint and bundle into `<directory>/checkpoint` and `<directory>/bundle`, both kept.
 */
export async function pullCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { out: text, revision: text, precision: text, 'if-missing': { type: 'boolean' } } as const;
  const parsed = parseArguments(args, options, 1);
  const out = parsed.text('out');
  if (out === undefined) await pullIntoStore(parsed);
  else await pullInto(out, parsed);
}

async function pullIntoStore(parsed: ParsedArguments): Promise<void> {
  const bars = new Map<ProvisionStep, ProgressBar>();
  const directory = await provideBundle({
    ...hubOptions(parsed),
    model: parsed.positionals[0]!,
    precision: parsed.text('precision') === undefined ? undefined : precisionOf(parsed),
    modelsDirectory: process.env['MODELS_DIR'] || 'models',
    refresh: !parsed.flag('if-missing'),
    onProgress: (step, done, total) => {
      if (step === 'waiting') return void process.stderr.write('another process is at this model: waiting for it\n');
      const bar = bars.get(step) ?? new ProgressBar(step, step === 'calibrating' ? 'stages' : undefined);
      bars.set(step, bar);
      bar.update(done, total);
    },
  });
  printBundle(directory, (await openBundle(directory)).manifest);
}

async function pullInto(out: string, parsed: ParsedArguments): Promise<void> {
  const repository = parsed.positionals[0]!;
  const precision = precisionOf(parsed);
  const checkpoint = join(out, 'checkpoint');
  const commit = await pullCheckpoint(repository, checkpoint, {
    ...hubOptions(parsed),
    onProgress: new ProgressBar('downloading').update,
  });
  await compileWithProgress(checkpoint, join(out, 'bundle'), {
    precision,
    name: repository.split('/').at(-1)!,
    source: `${repository}@${commit}`,
  });
}

function hubOptions(parsed: ParsedArguments): { revision?: string; endpoint?: string; token?: string } {
  return {
    revision: parsed.text('revision'),
    endpoint: process.env['HF_ENDPOINT'],
    token: process.env['HF_TOKEN'],
  };
}

import { join } from 'node:path';
import { pullCheckpoint } from '../hub/pull-checkpoint.js';
import { parseArguments, precisionOf } from './arguments.js';
import { compileWithProgress } from './compile-command.js';
import { ProgressBar } from './progress-bar.js';

/** `pull <owner/name> [--out] [--revision] [--precision]`: the checkpoint into `<out>/checkpoint`, the bundle into `<out>/bundle`. */
export async function pullCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const parsed = parseArguments(args, { out: text, revision: text, precision: text }, 1);
  const precision = precisionOf(parsed);
  const repository = parsed.positionals[0]!;
  const out = parsed.text('out') ?? join('models', repository.split('/').at(-1)!);
  const checkpoint = join(out, 'checkpoint');
  const commit = await pullCheckpoint(repository, checkpoint, {
    revision: parsed.text('revision'),
    endpoint: process.env['HF_ENDPOINT'],
    token: process.env['HF_TOKEN'],
    onProgress: new ProgressBar('downloading').update,
  });
  await compileWithProgress(checkpoint, join(out, 'bundle'), {
    precision,
    name: repository.split('/').at(-1)!,
    source: `${repository}@${commit}`,
  });
}

import {
  randomConfigurations,
  writeRandomCheckpoint,
  type RandomConfiguration,
} from '../checkpoint/random-checkpoint.js';
import { outOf, parseArguments } from './arguments.js';
import { ProgressBar } from './progress-bar.js';
import { UsageError } from './usage-error.js';

/** `random --config <name> --out <checkpoint>` */
export async function randomCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const parsed = parseArguments(args, { config: text, out: text }, 0);
  const names = Object.keys(randomConfigurations);
  const name = parsed.text('config') ?? '';
  if (!names.includes(name)) throw new UsageError(`Expected ${names.join(', ')} for --config but received "${name}"`);
  const out = outOf(parsed);
  await writeRandomCheckpoint(
    out,
    randomConfigurations[name as RandomConfiguration],
    new ProgressBar('writing').update,
  );
  console.log(`${out}: random weights of the size "${name}"`);
}

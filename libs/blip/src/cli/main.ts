import { endWhenOutputCloses } from '../../../../scripts/setup/closed-output.cjs';
import { isCodedError } from '../coded-errors.js';
import { captionCommand } from './caption-command.js';
import { compileCommand } from './compile-command.js';
import { exitCodeOf } from './exit-codes.js';
import { evaluateCommand } from './evaluate-command.js';
import { inspectCommand } from './inspect-command.js';
import { pullCommand } from './pull-command.js';
import { randomCommand } from './random-command.js';
import { UsageError } from './usage-error.js';
import { verifyCommand } from './verify-command.js';

const usage = `npm run model -- <command>

  pull <owner/name> [--revision <revision>] [--precision int8|fp32] [--if-missing]
      downloads a BLIP captioner from the Hugging Face hub (HF_TOKEN, HF_ENDPOINT are honoured), compiles it and keeps the
      bundle in MODELS_DIR; --if-missing asks no hub where one of that revision is kept
  pull <owner/name> --out <directory> [--revision <revision>] [--precision int8|fp32]
      the same into a directory, where the checkpoint is kept too
  compile <checkpoint> --out <bundle> [--precision int8|fp32] [--product-error <share>] [--name <text>] [--source <text>]
      [--licence <text>]
  verify <bundle> [--against <checkpoint> [--pictures <directory>]] [--json]
      compares every file with its checksum and loads the graphs; with a checkpoint, compares the bundle with it in fp32:
      errors by layer, words, captions, time; ends with 1 where it agrees less than its manifest states
  inspect <bundle> [--json]
  caption <bundle> <picture>… [--captions <n>] [--beams <n>] [--prompt <text>] [--min-length <n>] [--max-length <n>]
      [--repetition-penalty <x>] [--json]
  evaluate <model directory> [--bundle <bundle>] [--scenes <n>] [--seed <n>] [--sheet <file.png>] [--json] [--check]
      draws scenes of the small model's world, captions them and tells how much is right
  random --config base|large|tiny --out <checkpoint>
      writes a checkpoint of random weights, for measuring speed`;

const commands: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  pull: pullCommand,
  compile: compileCommand,
  verify: verifyCommand,
  inspect: inspectCommand,
  caption: captionCommand,
  evaluate: evaluateCommand,
  random: randomCommand,
};

async function main([name = 'help', ...args]: string[]): Promise<void> {
  if (['help', '--help', '-h'].includes(name)) {
    console.log(usage);
    return;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(`There is no command "${name}"`);
  await command(args);
}

endWhenOutputCloses();
main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const isExpected = isCodedError(error) || (error as NodeJS.ErrnoException).code !== undefined;
  if (error instanceof UsageError) console.error(`${message}\n\n${usage}`);
  else console.error(isExpected || !(error instanceof Error) ? message : error.stack);
  process.exitCode = exitCodeOf(error);
});

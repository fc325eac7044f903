import { captionCommand } from './caption-command.js';
import { compileCommand } from './compile-command.js';
import { inspectCommand } from './inspect-command.js';
import { pullCommand } from './pull-command.js';
import { randomCommand } from './random-command.js';
import type { Command } from './run-command-line.js';
import { verifyCommand } from './verify-command.js';

/** What `npm run model` does with any model, in the order of its help. */
export const modelCommands: readonly Command[] = [
  {
    name: 'pull',
    run: pullCommand,
    usage: `  pull <owner/name> [--revision <revision>] [--precision int8|fp32] [--if-missing]
      downloads a BLIP captioner from the Hugging Face hub (HF_TOKEN, HF_ENDPOINT are honoured), compiles it and keeps the
      bundle in MODELS_DIR; --if-missing asks no hub where one of that revision is kept
  pull <owner/name> --out <directory> [--revision <revision>] [--precision int8|fp32]
      the same into a directory, where the checkpoint is kept too`,
  },
  {
    name: 'compile',
    run: compileCommand,
    usage: `  compile <checkpoint> --out <bundle> [--precision int8|fp32] [--product-error <share>] [--name <text>] [--source <text>]
      [--licence <text>]`,
  },
  {
    name: 'verify',
    run: verifyCommand,
    usage: `  verify <bundle> [--against <checkpoint> [--pictures <directory>]] [--json]
      compares every file with its checksum and loads the graphs; with a checkpoint, compares the bundle with it in fp32:
      errors by layer, words, captions, time; ends with 1 where it agrees less than its manifest states`,
  },
  { name: 'inspect', run: inspectCommand, usage: '  inspect <bundle> [--json]' },
  {
    name: 'caption',
    run: captionCommand,
    usage: `  caption <bundle> <picture>… [--captions <n>] [--beams <n>] [--prompt <text>] [--min-length <n>] [--max-length <n>]
      [--repetition-penalty <x>] [--json]`,
  },
  {
    name: 'random',
    run: randomCommand,
    usage: `  random --config base|large|tiny --out <checkpoint>
      writes a checkpoint of random weights, for measuring speed`,
  },
];

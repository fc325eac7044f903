import { endWhenOutputCloses } from '../../../../scripts/setup/closed-output.cjs';
import { isCodedError } from '../coded-errors.js';
import { exitCodeOf } from './exit-codes.js';
import { UsageError } from './usage-error.js';

export interface Command {
  name: string;
  /** Its lines of the help. */
  usage: string;
  /** @throws UsageError where the arguments are not understood */
  run: (args: string[]) => Promise<void>;
}

/** Runs the command that this process's arguments name; an error ends in one line, and an exit code of `exitCodeOf`. */
export function runCommandLine(commands: readonly Command[]): void {
  const usage = ['npm run model -- <command>\n', ...commands.map((command) => command.usage)].join('\n');
  endWhenOutputCloses();
  run(commands, usage, process.argv.slice(2)).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const isExpected = isCodedError(error) || (error as NodeJS.ErrnoException).code !== undefined;
    if (error instanceof UsageError) console.error(`${message}\n\n${usage}`);
    else console.error(isExpected || !(error instanceof Error) ? message : error.stack);
    process.exitCode = exitCodeOf(error);
  });
}

async function run(commands: readonly Command[], usage: string, [name = 'help', ...args]: string[]): Promise<void> {
  if (['help', '--help', '-h'].includes(name)) return console.log(usage);
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) throw new UsageError(`There is no command "${name}"`);
  await command.run(args);
}

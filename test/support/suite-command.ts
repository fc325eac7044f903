import { endWhenOutputCloses } from './setup-scripts.js';

/** What a suite has started and must end. */
interface Closable {
  close(): Promise<void>;
}

/** The exit code of a process that was told to end: 128 and the signal's number. */
const terminated = 143;

let toClose: Closable | undefined;

/** Ends what a suite has started, and then the suite, when it is told to end or nobody reads what it prints any more. */
export function closeOnTermination(started: Closable): void {
  toClose = started;
  process.once('SIGTERM', () => end(terminated));
}

function end(exitCode: number): void {
  void Promise.resolve(toClose?.close()).finally(() => process.exit(exitCode));
}

/** Runs a suite as this process: with the exit code that it gives, or with 1 and the reason why it could not be run. */
export async function runSuite(suite: (args: string[]) => Promise<number>): Promise<never> {
  endWhenOutputCloses(end);
  try {
    process.exit(await suite(process.argv.slice(2)));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

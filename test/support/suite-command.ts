/** What a suite has started and must end. */
interface Closable {
  close(): Promise<void>;
}

/** The exit code of a process that was told to end: 128 and the signal's number. */
const terminated = 143;

/** Ends what a suite has started when the suite itself is told to end, and then the suite. */
export function closeOnTermination(started: Closable): void {
  process.once('SIGTERM', () => void started.close().finally(() => process.exit(terminated)));
}

/** Runs a suite as this process: with the exit code that it gives, or with 1 and the reason why it could not be run. */
export async function runSuite(suite: (args: string[]) => Promise<number>): Promise<never> {
  try {
    process.exit(await suite(process.argv.slice(2)));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

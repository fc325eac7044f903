import { ToolError } from './tool-error.js';

/** The exit code of a program that SIGPIPE ended: 128 and the signal's number. */
const brokenPipe = 141;

/**
 * Runs a tool to its end: 0 when it is done, 1 where it is not, after one line that says why. An output that nobody reads any more
 * (`| head`) ends it without a word.
 *
 * @param main gives the exit code
 */
export async function runTool(main: (args: string[]) => Promise<number>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(brokenPipe);
  });
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof ToolError ? error.message : (error as Error).stack);
    process.exitCode = 1;
  }
}

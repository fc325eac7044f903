import { fork } from 'node:child_process';
import { join } from 'node:path';

/**
 * Runs one of the bench's task files in a process of its own, so that it shares no event loop with what it measures.
 * @param name the file's name without extension
 * @throws Error when it ends without a result
 */
export async function runTask<Options, Result>(
  name: string,
  options: Options,
  nodeOptions: string[] = [],
): Promise<Result> {
  const child = fork(join(__dirname, `${name}.js`), { execArgv: nodeOptions, serialization: 'advanced' });
  const result = new Promise<Result>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Result));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} and without a result`)));
  });
  child.send(options as object);
  return result;
}

/** The other side: takes the options, works, answers and ends. */
export function answerTask<Options, Result>(work: (options: Options) => Promise<Result>): void {
  process.once('message', (options) => {
    work(options as Options).then(
      (result) => process.send?.(result as object, () => process.exit(0)),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

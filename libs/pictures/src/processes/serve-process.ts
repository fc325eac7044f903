import { toFailure } from '../coded-errors.js';
import { receivedCall, type PassedCall } from './passed-bytes.js';
import type { ProcessAnswer } from './process-client.js';

/** What the process was started with. */
export function processSettings<Settings>(): Settings {
  return JSON.parse(process.argv[2] ?? 'null') as Settings;
}

/**
 * The process's side of `ProcessClient`. It ends with the process that started it, however that ended, and not before: a
 * signal to the whole group lets it finish what its parent waits for. An error without a code becomes `process-failed`.
 */
export function serveProcess<Call, Result>(answer: (call: Call) => Promise<Result>): void {
  if (!process.send) throw new Error('This script runs as a process of ProcessClient only');
  const send = (message: ProcessAnswer<Result>): void => void process.send!(message);
  const answerTo = async (passed: PassedCall): Promise<Result> => answer(receivedCall(passed) as Call);
  process.on('message', (passed: PassedCall) => {
    answerTo(passed).then(
      (result) => send({ result }),
      (error: unknown) => send({ failure: toFailure(error, 'process-failed') }),
    );
  });
  // an orderly exit would wait for native code that may never end
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
}

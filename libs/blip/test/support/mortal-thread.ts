import { threadId } from 'node:worker_threads';
import { CodedError } from '../../src/coded-errors.js';
import { serveCalls } from '../../src/threads/serve-calls.js';

/** What the thread is asked to do. */
export type MortalCall = 'live' | 'die' | 'crash' | 'fail' | 'wait';

serveCalls<MortalCall, number>(async (call, signal, sendNews) => {
  if (call === 'die') process.exit(3);
  if (call === 'crash') {
    setImmediate(() => {
      throw new Error('not caught by anybody');
    });
    await new Promise(() => undefined);
  }
  if (call === 'fail')
    throw new CodedError('as-asked', 'It failed as it was asked to', { retryable: false, attemptCounts: false });
  if (call === 'wait') {
    sendNews('waiting');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
  return { result: threadId };
});

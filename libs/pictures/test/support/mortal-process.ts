import { CodedError } from '../../src/coded-errors.js';
import { processSettings, serveProcess } from '../../src/processes/serve-process.js';

/** What the process is asked to do. */
export type MortalProcessCall = 'live' | 'die' | 'crash' | 'fail' | 'hang' | 'wait';

export interface MortalProcessAnswer {
  pid: number;
  settings: unknown;
  environment: NodeJS.ProcessEnv;
}

serveProcess<MortalProcessCall, MortalProcessAnswer>(async (call) => {
  if (call === 'die') process.kill(process.pid, 'SIGSEGV');
  if (call === 'crash') process.exit(3);
  if (call === 'fail')
    throw new CodedError('as-asked', 'It failed as it was asked to', { retryable: false, attemptCounts: false });
  // a loop in native code is no more patient than this one
  while (call === 'hang') process.uptime();
  // native code runs beside the thread that hears of the parent's end
  if (call === 'wait') await new Promise(() => undefined);
  return { pid: process.pid, settings: processSettings(), environment: process.env };
});

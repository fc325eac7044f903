import { parentPort, workerData } from 'node:worker_threads';
import { toFailure } from '../coded-errors.js';
import type { FromThread, ToThread } from './thread-messages.js';

/** How a thread answers a call: with a result, which may hand memory over, and news before it. */
export type AnswerCall<Call, Result> = (
  call: Call,
  signal: AbortSignal,
  sendNews: (news: unknown) => void,
) => Promise<{ result: Result; transfer?: ArrayBuffer[] }>;

/** What the thread was started with. */
export function threadSettings<Settings>(): Settings {
  return (workerData as { settings: Settings }).settings;
}

/** The thread's side of `ThreadClient`: answers calls as they come, several at a time. An error without a code becomes `captioning-failed`. */
export function serveCalls<Call, Result>(answer: AnswerCall<Call, Result>): void {
  if (!parentPort) throw new Error('This script runs as a worker thread only');
  const port = parentPort;
  const running = new Map<number, AbortController>();
  const send = (message: FromThread<Result>, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

  const serve = async (id: number, call: Call): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const { result, transfer } = await answer(call, controller.signal, (news) => send({ id, news }));
      send({ id, result }, transfer);
    } catch (error) {
      send({ id, failure: toFailure(error, 'captioning-failed') });
    } finally {
      running.delete(id);
    }
  };

  port.on('message', (message: ToThread<Call>) => {
    if ('abort' in message) running.get(message.id)?.abort();
    else void serve(message.id, message.call);
  });
}

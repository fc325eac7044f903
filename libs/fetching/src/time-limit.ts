import { FetchError } from './fetching.errors.js';

/**
 * Runs a download for at most so many milliseconds, or until the caller's signal aborts; `work` gets a signal that says both,
 * and may end itself.
 * @throws the signal's reason; what `end` was given; FetchError `fetch-timeout` when the time is over
 */
export async function withTimeLimit<Result>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal, end: (reason: unknown) => void) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const limit = new AbortController();
  const abort = () => limit.abort(signal?.reason);
  const expire = () => limit.abort(new FetchError('fetch-timeout', `The download took longer than ${milliseconds} ms`));
  const timer = setTimeout(expire, milliseconds);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    // undici does not look at the signal while it connects, hence the race.
    return await Promise.race([work(limit.signal, (reason) => limit.abort(reason)), rejectionOf(limit.signal)]);
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** Rejects with the signal's reason once it aborts: to race work that does not look at it. */
export function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

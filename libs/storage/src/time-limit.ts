import { StorageError } from './storage.errors.js';

/**
 * Runs a storage call for at most so many milliseconds, or until the caller's signal aborts; `work` gets a signal that
 * says both. A call that cannot be interrupted (the kernel has it) is left to itself: it may still take effect.
 * @throws the signal's reason; StorageError `storage-unavailable` when the time is over
 */
export async function withTimeLimit<Result>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const limit = new AbortController();
  const abort = () => limit.abort(signal?.reason);
  const expire = () =>
    limit.abort(new StorageError('storage-unavailable', `The storage gave no answer within ${milliseconds} ms`));
  const timer = setTimeout(expire, milliseconds);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(limit.signal), rejectionOf(limit.signal)]);
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

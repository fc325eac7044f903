/** How long work may take, and who may end it before. */
export interface TimeLimit {
  milliseconds: number;
  /** Ends the work, with its reason. */
  signal?: AbortSignal | undefined;
  /** What the caller is told when the time is over. */
  onTimeout: () => Error;
}

/**
 * Runs work for as long as it may take. `work` gets a signal that says when that is over; work that does not look at it is left to
 * itself: it may still take effect.
 * @throws the reason of the limit's signal; what `onTimeout` makes; what `work` throws before
 */
export async function withTimeLimit<Result>(
  { milliseconds, signal, onTimeout }: TimeLimit,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const limit = new AbortController();
  const abort = (): void => limit.abort(signal?.reason);
  const timer = setTimeout(() => limit.abort(onTimeout()), milliseconds);
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

/** Rejects with the signal's reason once it aborts: to race work that does not look at it. */
export function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

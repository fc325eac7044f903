import { setTimeout as delay } from 'node:timers/promises';
import { HubError } from './hub-error.js';

const firstDelayMs = 250;
/** The hub counts requests in windows of five minutes; whoever asks for longer is not waited for. */
const longestDelayMs = 310_000;

export interface RetryOptions {
  signal?: AbortSignal;
  /** Failures in a row after which it is given up. */
  mostAttempts: number;
  /** Whether the attempt that just failed has brought something all the same: then counting starts over. */
  hasProgressed?: () => Promise<boolean>;
}

/**
 * Does what may fail for a while, again and again: after a quarter of a second, then twice as long each time, or as long as
 * the hub asks for.
 * @throws the last error; one that is no retryable HubError at once
 */
export async function withRetries<Result>(
  work: () => Promise<Result>,
  { signal, mostAttempts, hasProgressed = async () => false }: RetryOptions,
): Promise<Result> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof HubError) || !error.retryable) throw error;
      if (await hasProgressed()) failures = 1;
      const waitMs = error.retryAfterMs ?? firstDelayMs * 2 ** (failures - 1);
      if (failures >= mostAttempts || waitMs > longestDelayMs) throw error;
      await delay(waitMs, undefined, { signal });
    }
  }
}

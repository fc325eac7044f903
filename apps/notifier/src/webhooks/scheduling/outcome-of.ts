import type { AttemptOutcome, ClaimedDelivery } from '@ekphrasis/webhooks';
import type { SentAttempt } from '../sending/webhook-sender.js';

/** A receiver that answers so wants nothing more. */
const gone = 410;

export function isDelivered({ statusCode = 0 }: SentAttempt): boolean {
  return statusCode >= 200 && statusCode < 300;
}

export function isGone({ statusCode }: SentAttempt): boolean {
  return statusCode === gone;
}

/**
 * What an attempt means for its delivery.
 * @param retrySeconds the waits after the first failure, the second and so on; without one left the delivery has failed
 */
export function outcomeOf(
  delivery: ClaimedDelivery,
  attempt: SentAttempt,
  retrySeconds: readonly number[],
): AttemptOutcome {
  const { at, statusCode = null, error = null, durationMs } = attempt;
  const stored = { at: at.toISOString(), status_code: statusCode, error, duration_ms: durationMs };
  if (isDelivered(attempt)) return { delivery, status: 'delivered', attempt: stored };
  const wait = isGone(attempt) ? undefined : retrySeconds[delivery.failures];
  if (wait === undefined) return { delivery, status: 'failed', attempt: stored };
  return { delivery, status: 'pending', attempt: stored, retryAfterMs: wait * 1_000 };
}

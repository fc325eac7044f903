import type { RetryPolicy } from './job-definition.js';

/** The broker's longest time-to-live, in milliseconds. */
const longestDelayMs = 2 ** 32 - 1;

/** @throws Error that names the job and what is wrong */
export function checkRetryPolicy(name: string, { delaysMs, maxAttempts, maxUncountedRetries }: RetryPolicy): void {
  const isGrowing = delaysMs.every((delay, index) => isWhole(delay, 1) && delay > (delaysMs[index - 1] ?? 0));
  if (delaysMs.length === 0 || !isGrowing || delaysMs.at(-1)! > longestDelayMs) {
    throw new Error(
      `Expected growing delays of up to ${longestDelayMs} ms for ${name} jobs but received [${delaysMs.join(', ')}]`,
    );
  }
  if (!isWhole(maxAttempts, 1)) {
    throw new Error(`Expected at least one attempt for ${name} jobs but received ${maxAttempts}`);
  }
  if (!isWhole(maxUncountedRetries, 0)) {
    throw new Error(`Expected a number of uncounted retries for ${name} jobs but received ${maxUncountedRetries}`);
  }
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

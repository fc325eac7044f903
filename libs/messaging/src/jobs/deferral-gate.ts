import type { CodedError } from '@ekphrasis/errors';

/** What is known of what jobs wait for, so that those that would only wait are deferred without being tried. */
export interface DeferralGate {
  /** Why a job cannot be tried now, with a `deferral`; undefined where it can. Asked for every job: must be fast. @param body its message */
  refusal(body: Uint8Array): CodedError | undefined;
  /** How many jobs that wait for `key` may be tried now, and when the others may, in milliseconds of `Date.now()`. */
  admission(key: string): { places: number; until: number };
  /** Counts jobs that were deferred for `key`; a negative number, those that came back. */
  countDeferred(key: string, jobs: number): void;
}

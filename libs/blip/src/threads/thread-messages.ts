import type { Failure } from '../coded-errors.js';

/** What crosses to a thread: a call by its number, or the wish that a call end early. */
export type ToThread<Call> = { id: number; call: Call } | { id: number; abort: true };

/** What comes back: news while a call runs, then its end. */
export type FromThread<Result> =
  { id: number; news: unknown } | { id: number; result: Result } | { id: number; failure: Failure };

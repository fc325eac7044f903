import { CodedError, isCodedError } from '../coded-errors.js';

/** What crosses to a thread: a call by its number, or the wish that a call end early. */
export type ToThread<Call> = { id: number; call: Call } | { id: number; abort: true };

/** What comes back: news while a call runs, then its end. */
export type FromThread<Result> =
  { id: number; news: unknown } | { id: number; result: Result } | { id: number; failure: Failure };

/** An error as data: classes do not survive the way between threads, codes do. */
export interface Failure {
  code: string;
  message: string;
  retryable: boolean;
}

export function toFailure(error: unknown): Failure {
  if (isCodedError(error)) return { code: error.code, message: error.message, retryable: error.retryable };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'captioning-failed', message, retryable: true };
}

export function fromFailure({ code, message, retryable }: Failure): CodedError {
  return new CodedError(code, message, { retryable });
}

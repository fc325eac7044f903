import { CodedError, isCodedError, type CodedErrorOptions } from './coded-error.js';

/** An error as data, for the way to another thread or process: classes do not survive it, what they say does. */
export interface Failure extends Pick<CodedErrorOptions, 'retryable' | 'attemptCounts' | 'deferral'> {
  code: string;
  message: string;
  /** Where it was thrown, for the log. */
  stack?: string | undefined;
}

/**
 * @param unexpectedCode the code of an error that has none. It may pass: what its cause is, nobody knows.
 */
export function toFailure(error: unknown, unexpectedCode: string): Failure {
  if (isCodedError(error)) {
    const { code, message, retryable, attemptCounts, deferral, stack } = error;
    return { code, message, retryable, attemptCounts, deferral, stack };
  }
  if (!(error instanceof Error)) return { code: unexpectedCode, message: String(error), retryable: true };
  return { code: unexpectedCode, message: error.message, retryable: true, stack: error.stack };
}

/** The error that a failure tells of, with the stack of where it was thrown as its cause. */
export function fromFailure({ code, message, stack, ...options }: Failure): CodedError {
  const cause = stack === undefined ? undefined : Object.assign(new Error(message), { stack });
  return new CodedError(code, message, { ...options, cause });
}

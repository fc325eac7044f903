import { CodedError } from '@ekphrasis/errors';

/** More than a request may hold. HTTP 413. */
export class BatchTooLargeError extends CodedError {
  constructor(mostBytes: number) {
    super('batch-too-large', `Expected ${mostBytes} bytes at most for the body but received more`, {
      retryable: false,
    });
  }
}

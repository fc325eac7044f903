import { CodedError } from './coded-error.js';

/** The request is not what this call takes; `problems` says what of it, one sentence each. */
export class InvalidRequestError extends CodedError {
  constructor(readonly problems: readonly string[]) {
    super('invalid-request', problems.join('; '), { retryable: false });
  }
}

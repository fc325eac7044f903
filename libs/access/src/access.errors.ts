import { CodedError } from '@ekphrasis/errors';

/** Nobody is the operator: there is no token to know one by. HTTP 403. */
export class OperatorTokenUnsetError extends CodedError {
  constructor() {
    super(
      'operator-token-unset',
      'Expected ADMIN_TOKEN to be set in the environment of this process: without it the operator’s calls are refused',
      { retryable: false },
    );
  }
}

/** Whoever calls is not known to be the operator. HTTP 401. */
export class OperatorUnknownError extends CodedError {
  constructor(received: 'none' | 'another') {
    super(
      'operator-unknown',
      `Expected the operator’s token, as Authorization: Bearer <ADMIN_TOKEN>, but received ${received}`,
      { retryable: false },
    );
  }
}

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

/** The call needs a client's key. HTTP 401. */
export class ApiKeyMissingError extends CodedError {
  constructor() {
    super('api-key-missing', 'Expected an API key, as Authorization: Bearer <api_key>, but received none', {
      retryable: false,
    });
  }
}

/** A key that was never made, or was revoked. HTTP 401. */
export class ApiKeyUnknownError extends CodedError {
  constructor() {
    super('api-key-unknown', 'The API key is not known, or was revoked', { retryable: false });
  }
}

/** HTTP 404. */
export class ClientNotFoundError extends CodedError {
  constructor() {
    super('client-not-found', 'No client has this id', { retryable: false });
  }
}

/** HTTP 404. */
export class ApiKeyNotFoundError extends CodedError {
  constructor() {
    super('api-key-not-found', 'This client has no key with this id', { retryable: false });
  }
}

/** HTTP 429. */
export class TooManyRequestsError extends CodedError {
  constructor(limit: number) {
    super('too-many-requests', `Expected at most ${limit} requests a minute from one client or address`, {
      retryable: true,
    });
  }
}

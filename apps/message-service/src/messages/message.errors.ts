import { CodedError } from '@ekphrasis/errors';

/** What was asked for is further than anybody computes here. gRPC: OUT_OF_RANGE. */
export class OutOfRangeError extends CodedError {
  constructor(message: string) {
    super('out-of-range', message, { retryable: false });
  }
}

import { CodedError } from '@ekphrasis/errors';

/** The client ended the call, or its deadline has passed: nobody hears of this. gRPC: CANCELLED. */
export class CallCancelledError extends CodedError {
  constructor() {
    super('call-cancelled', 'The call was cancelled', { retryable: true });
  }
}

/** As `@grpc/grpc-js` has every call of a server. */
interface CancellableCall {
  once(event: 'cancelled', listener: () => void): unknown;
}

/** Aborts when the client ends the call, its deadline passes, or its connection is lost. */
export function cancellationOf(call: CancellableCall): AbortSignal {
  const abort = new AbortController();
  call.once('cancelled', () => abort.abort(new CallCancelledError()));
  return abort.signal;
}

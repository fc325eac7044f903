import { status, type ServiceError } from '@grpc/grpc-js';
import { CodedError } from '@ekphrasis/errors';

/** Statuses that are about what was sent: the same call will fail again. https://grpc.io/docs/guides/status-codes/ */
const ofTheRequest = new Set([
  status.INVALID_ARGUMENT,
  status.OUT_OF_RANGE,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
]);

/** A call that failed: what was asked for cannot be had, or (`retryable`) the service is away, late, or not the right one. */
export class GrpcCallError extends CodedError {
  constructor(method: string, { code, details, message }: ServiceError) {
    const isFinal = ofTheRequest.has(code);
    const name = (status[code] ?? 'UNKNOWN').toLowerCase().replaceAll('_', '-');
    super(`grpc-${name}`, isFinal ? details : `${method}: ${details || message}`, { retryable: !isFinal });
  }
}

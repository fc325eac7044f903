import { status } from '@grpc/grpc-js';
import { isCodedError } from '@ekphrasis/errors';

/** How a failed call is told to its client. https://grpc.io/docs/guides/status-codes/ */
export interface GrpcStatus {
  code: status;
  details: string;
}

/** By the code of the error. */
const statuses: Readonly<Record<string, status>> = {
  'invalid-request': status.INVALID_ARGUMENT,
  'out-of-range': status.OUT_OF_RANGE,
  'api-key-missing': status.UNAUTHENTICATED,
  'api-key-unknown': status.UNAUTHENTICATED,
  'image-not-found': status.NOT_FOUND,
  'call-cancelled': status.CANCELLED,
  'upload-missing': status.INVALID_ARGUMENT,
  'upload-not-a-picture': status.INVALID_ARGUMENT,
  'upload-unreadable': status.CANCELLED,
  'upload-too-slow': status.DEADLINE_EXCEEDED,
  // as gRPC itself answers to a message that is too large
  'upload-too-large': status.RESOURCE_EXHAUSTED,
  'too-many-streams': status.UNAVAILABLE,
  'shutting-down': status.UNAVAILABLE,
  'factorial-failed': status.UNAVAILABLE,
  overloaded: status.UNAVAILABLE,
  'image-ids-taken': status.UNAVAILABLE,
  'database-unavailable': status.UNAVAILABLE,
  'storage-away': status.UNAVAILABLE,
  'storage-unavailable': status.UNAVAILABLE,
  'storage-full': status.UNAVAILABLE,
};

/** Says to a client what went wrong, and nothing that is not its business. */
export function statusOf(error: unknown): GrpcStatus {
  const code = (isCodedError(error) ? statuses[error.code] : undefined) ?? status.INTERNAL;
  if (code === status.INTERNAL) return { code, details: 'Something went wrong' };
  if (code === status.UNAVAILABLE) return { code, details: 'Temporarily unavailable' };
  return { code, details: (error as Error).message };
}

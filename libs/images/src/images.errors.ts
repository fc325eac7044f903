import { CodedError } from '@ekphrasis/errors';

/** No image has this id, or it has no description yet. */
export class ImageNotFoundError extends CodedError {
  constructor(detail: string) {
    super('image-not-found', detail, { retryable: false });
  }
}

/** The idempotency key was used before, with another request. */
export class IdempotencyKeyReusedError extends CodedError {
  constructor() {
    super('idempotency-key-reused', 'This Idempotency-Key came before with another request', { retryable: false });
  }
}

/** Another image has one of the ids: they were given out twice, by a database that came back older than it was. */
export class ImageIdsTakenError extends CodedError {
  constructor(cause: unknown) {
    super('image-ids-taken', 'Other images have these ids', { retryable: true, cause });
  }
}

/** More requests wait than the database can take in. */
export class ServiceOverloadedError extends CodedError {
  constructor() {
    super('overloaded', 'Too many requests wait already', { retryable: true });
  }
}

/** What was uploaded is no picture of a kind that can be read. */
export class UploadRefusedError extends CodedError {
  constructor(
    code: 'upload-missing' | 'upload-too-large' | 'upload-not-a-picture' | 'upload-unreadable',
    detail: string,
  ) {
    super(code, detail, { retryable: false });
  }
}

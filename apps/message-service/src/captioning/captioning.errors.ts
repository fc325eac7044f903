import { CodedError } from '@ekphrasis/errors';

/** As many streams are open as may be. gRPC: UNAVAILABLE. */
export class TooManyWatchesError extends CodedError {
  constructor() {
    super('too-many-streams', 'Too many images are watched already', { retryable: true });
  }
}

/** The process was told to end: another one goes on with the stream. gRPC: UNAVAILABLE. */
export class ShuttingDownError extends CodedError {
  constructor() {
    super('shutting-down', 'The service is shutting down', { retryable: true });
  }
}

/** The picture did not come in the time that there is for it. gRPC: DEADLINE_EXCEEDED. */
export class UploadTooSlowError extends CodedError {
  constructor(milliseconds: number) {
    super('upload-too-slow', `Expected the picture within ${milliseconds} ms`, { retryable: true });
  }
}

import { CodedError } from '@ekphrasis/errors';

/** What was sent cannot be received as pictures. */
export class PicturesRefusedError extends CodedError {
  constructor(
    code: 'upload-missing' | 'upload-too-large' | 'upload-not-a-picture' | 'upload-unreadable',
    detail: string,
    cause?: unknown,
  ) {
    super(code, detail, { retryable: false, cause });
  }
}

/** One of the pictures cannot be decoded, so that nothing is kept of its request. */
export class PictureUnreadableError extends CodedError {
  /** @param place from 1 */
  constructor(place: number, fileName: string | null, cause: Error) {
    const name = fileName === null ? '' : `, ${JSON.stringify(fileName)},`;
    super('picture-unreadable', `Picture ${place}${name} cannot be read: ${cause.message}`, {
      retryable: false,
      cause,
    });
  }
}

/** No measurement of the caller's has this id. */
export class MeasurementNotFoundError extends CodedError {
  constructor() {
    super('measurement-not-found', 'No measurement of yours has this id', { retryable: false });
  }
}

/** The picture is no longer in storage. */
export class MeasuredPictureMissingError extends CodedError {
  constructor() {
    super('measured-picture-missing', 'This picture is no longer in storage', { retryable: false });
  }
}

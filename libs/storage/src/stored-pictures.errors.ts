import { CodedError } from '@ekphrasis/errors';

/** A job names a picture that storage no longer has. */
export class PictureMissingError extends CodedError {
  constructor(key: string) {
    super('picture-missing', `There is no picture ${key} in storage`, { retryable: false });
  }
}

import { CodedError } from '@ekphrasis/errors';

/** The model, which is sound, computes what is no number of this picture. */
export class NoNumbersError extends CodedError {
  constructor() {
    super('no-caption', 'The model cannot describe this picture', { retryable: false });
  }
}

/** The job names an uploaded picture that storage no longer has. */
export class PictureMissingError extends CodedError {
  constructor(key: string) {
    super('picture-missing', `There is no picture ${key} in storage`, { retryable: false });
  }
}

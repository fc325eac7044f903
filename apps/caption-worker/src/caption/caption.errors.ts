import { CodedError } from '@ekphrasis/errors';

/** The model, which is sound, says nothing of this picture. */
export class NoWordsError extends CodedError {
  constructor() {
    super('no-words', 'The model finds no words for this picture', { retryable: false });
  }
}

/** The job names an uploaded picture that storage no longer has. */
export class PictureMissingError extends CodedError {
  constructor(key: string) {
    super('picture-missing', `There is no picture ${key} in storage`, { retryable: false });
  }
}

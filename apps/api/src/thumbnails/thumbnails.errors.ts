import { CodedError } from '@ekphrasis/errors';

/** The thumbnail was asked for, and is not made yet. */
export class ThumbnailNotYetError extends CodedError {
  constructor() {
    super('thumbnail-not-yet', 'The thumbnail of this image is being made', { retryable: true });
  }
}

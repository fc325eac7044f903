import { CodedError } from '@ekphrasis/errors';

/** The rendition was asked for, and is not made yet. */
export class RenditionNotYetError extends CodedError {
  constructor(name: string) {
    super(`${name}-not-yet`, `The ${name} of this image is being made`, { retryable: true });
  }
}

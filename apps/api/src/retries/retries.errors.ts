import { CodedError } from '@ekphrasis/errors';

/** There is nothing to be tried again: the image is on its way, or has its description. */
export class ImageNotFailedError extends CodedError {
  constructor() {
    super('image-not-failed', 'This image has not failed', { retryable: false });
  }
}

/** The image was uploaded, and its picture was removed since it failed. */
export class PictureRemovedError extends CodedError {
  constructor() {
    super('picture-removed', 'The picture is no longer kept: upload it again', { retryable: false });
  }
}

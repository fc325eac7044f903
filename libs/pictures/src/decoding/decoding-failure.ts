import { PictureError } from '../picture-error.js';

/**
 * What an error of sharp means for the picture. Where memory is limited, libraries that get none fail as they do at damaged data, and
 * only their words differ. A thread that cannot be started says nothing of the picture.
 * @param what was decoded, as a sentence begins
 */
export function decodingFailure(what: string, cause: unknown): Error {
  const words = cause instanceof Error ? cause.message : '';
  if (/out of memory|insufficient memory|memory allocation error/i.test(words)) {
    return new PictureError('picture-too-large', `${what} needs more memory than decoding may take`, cause);
  }
  if (/error creating thread/i.test(words)) return cause as Error;
  return new PictureError('picture-truncated', `${what} is truncated or damaged`, cause);
}

import { CodedError } from './coded-errors.js';

export type PictureErrorCode =
  /** No bytes, or bytes of a type that is not decoded. */
  | 'not-a-picture'
  /** More pixels than are decoded, or more memory than decoding may take. */
  | 'picture-too-large'
  /** A known type whose data ends early or is damaged. */
  | 'picture-truncated'
  /** Decoding took longer than it may. */
  | 'picture-too-slow';

/** A picture that cannot be decoded. Never retryable: the same bytes fail again. */
export class PictureError extends CodedError {
  constructor(code: PictureErrorCode, message: string, cause?: unknown) {
    super(code, message, { retryable: false, cause });
  }
}

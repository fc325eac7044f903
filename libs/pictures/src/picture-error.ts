import { CodedError } from './coded-errors.js';

export type PictureErrorCode =
  /** No bytes, or bytes of a type that is not decoded. */
  | 'not-a-picture'
  /** More pixels than are decoded, or more memory than decoding may take. */
  | 'picture-too-large'
  /** A known type whose data ends early or is damaged. */
  | 'picture-truncated'
  /** Decoding took longer than it may. */
  | 'picture-too-slow'
  /** An animation with which the operation cannot be done. */
  | 'animation-unsupported'
  /** A watermark's text of which no letter can be drawn. */
  | 'watermark-unreadable';

/** A picture that cannot be decoded, or with which that cannot be done. Never retryable: the same bytes fail again. */
export class PictureError extends CodedError {
  constructor(code: PictureErrorCode, message: string, cause?: unknown) {
    super(code, message, { retryable: false, cause });
  }
}

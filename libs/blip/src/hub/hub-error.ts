import { CodedError } from '../coded-errors.js';

export type HubErrorCode =
  /** 401 or 403: private or gated, or the hub's answer for what does not exist. */
  | 'hub-unauthorised'
  /** No such repository, revision or file. */
  | 'hub-not-found'
  /** What arrived is not what the hub announced. */
  | 'hub-checksum'
  /** The hub or the way to it fails; retryable. */
  | 'hub-unavailable';

/** A checkpoint could not be downloaded. */
export class HubError extends CodedError {
  constructor(code: HubErrorCode, message: string, cause?: unknown) {
    super(code, message, { retryable: code === 'hub-unavailable', cause });
  }
}

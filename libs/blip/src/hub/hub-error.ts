import { CodedError } from '../coded-errors.js';

export type HubErrorCode =
  /** The hub knows no such repository, or does not show it to this caller: a wrong name, or a private one. */
  | 'hub-repository-not-found'
  /** The repository has no such branch, tag, commit or `refs/pr/<n>`. */
  | 'hub-revision-not-found'
  /** The repository has no such file, or none of those that would do. */
  | 'hub-file-not-found'
  /** Its terms have to be accepted first. */
  | 'hub-gated'
  /** 401 or 403 for another reason: the token is refused, or one is needed. */
  | 'hub-unauthorised'
  /** The address of the hub is none. */
  | 'hub-endpoint'
  /** No way to the hub: no network, no such host, a proxy that refuses; retryable. */
  | 'hub-unreachable'
  /** The hub or its storage fails, or asks to wait longer than we do; retryable. */
  | 'hub-unavailable'
  /** What arrived is not what the hub announced. */
  | 'hub-checksum'
  /** What has to be written does not fit on the disk. */
  | 'disk-full';

interface HubErrorDetails {
  cause?: unknown;
  /** How long the hub asks to be left alone, in milliseconds. */
  retryAfterMs?: number;
}

/** A checkpoint could not be downloaded. */
export class HubError extends CodedError {
  readonly retryAfterMs: number | undefined;

  constructor(code: HubErrorCode, message: string, { cause, retryAfterMs }: HubErrorDetails = {}) {
    super(code, message, { retryable: code === 'hub-unavailable' || code === 'hub-unreachable', cause });
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whether something thrown says that a repository lacks a file. */
export function isFileNotFound(error: unknown): boolean {
  return error instanceof HubError && error.code === ('hub-file-not-found' satisfies HubErrorCode);
}

import { CodedError } from '@ekphrasis/errors';

/**
 * | code | meaning | retryable |
 * |---|---|---|
 * | `storage-key-invalid` | the key is not one that a storage takes; nothing was read or written | no |
 * | `storage-full` | no space or quota is left | yes |
 * | `storage-away` | the directory or bucket is not there, has no marker, or is that of another system | yes |
 * | `storage-unavailable` | anything else: an I/O error, no permission, no answer in time, a server that fails | yes |
 *
 * What an operator can mend is retryable and costs no attempt: a job must outlive a full disk and a wrong mount, however long it takes.
 */
export type StorageErrorCode = 'storage-key-invalid' | 'storage-full' | 'storage-away' | 'storage-unavailable';

/** Why a storage could not do what it was asked. */
export class StorageError extends CodedError {
  declare readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, cause?: unknown) {
    const isPassing = code !== 'storage-key-invalid';
    super(code, message, { retryable: isPassing, attemptCounts: !isPassing, cause });
  }
}

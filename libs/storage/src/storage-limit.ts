import type { TimeLimit } from '@ekphrasis/time-limit';
import { StorageError } from './storage.errors.js';

/** How long a storage's call may take. What the kernel has cannot be interrupted: it may still take effect. */
export function storageLimit(milliseconds: number, signal: AbortSignal | undefined): TimeLimit {
  const onTimeout = (): StorageError =>
    new StorageError('storage-unavailable', `The storage gave no answer within ${milliseconds} ms`);
  return { milliseconds, signal, onTimeout };
}

import { StorageError } from './storage.errors.js';

const noSpace = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The system's name for what went wrong, such as `ENOSPC`. */
export function errorNumber(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** What a failed file operation means to the one who uses the storage. */
export function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const reason = (error as Error | undefined)?.message ?? String(error);
  if (noSpace.has(errorNumber(error) ?? ''))
    return new StorageError('storage-full', `The data directory is full: ${reason}`, error);
  return new StorageError('storage-unavailable', `The data directory cannot be used: ${reason}`, error);
}

export function directoryMissing(directory: string, cause: unknown): StorageError {
  return new StorageError('storage-away', `The data directory ${directory} is not there: is it mounted?`, cause);
}

import { StorageError } from './storage.errors.js';

const NO_SPACE = new Set([
  'InsufficientStorage',
  'QuotaExceeded',
  'XMinioStorageFull',
  'XAmzQuotaExceeded',
  'EntityTooLarge',
]);

interface ServiceError {
  name: string;
  message: string;
  $metadata?: { httpStatusCode?: number };
}

/** Whether an S3 call was answered with this status. */
export function hasStatus(error: unknown, status: number): boolean {
  return (error as Partial<ServiceError> | undefined)?.$metadata?.httpStatusCode === status;
}

/** Whether the bucket has no such object. A bucket that is not there is another matter. */
export function isMissingObject(error: unknown): boolean {
  return hasStatus(error, 404) && (error as ServiceError).name !== 'NoSuchBucket';
}

/** What a failed S3 call means to the one who uses the storage. */
export function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const { name, message, $metadata } = error as ServiceError;
  const full = NO_SPACE.has(name) || $metadata?.httpStatusCode === 507;
  return full
    ? new StorageError('storage-full', `The bucket is full: ${name} ${message}`, error)
    : new StorageError('storage-unavailable', `The bucket cannot be used: ${name} ${message}`, error);
}

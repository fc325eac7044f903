import { StorageError } from './storage.errors.js';

const noSpace = new Set([
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

/** Whether the bucket itself is not there, of a failed write or of a failed read that was not `isMissingObject`. */
export function isMissingBucket(error: unknown): boolean {
  return hasStatus(error, 404);
}

/** What a failed S3 call means to the one who uses the storage. @param bucket for people, e.g. `the bucket captions at …` */
export function toStorageError(error: unknown, bucket: string): StorageError {
  if (error instanceof StorageError) return error;
  const { name, message, $metadata } = error as ServiceError;
  // that an object is missing is no failure and does not come here
  if (name === 'NoSuchBucket' || $metadata?.httpStatusCode === 404)
    return new StorageError('storage-away', `There is nothing at ${bucket}: is its name right?`, error);
  const full = noSpace.has(name) || $metadata?.httpStatusCode === 507;
  return full
    ? new StorageError('storage-full', `The bucket is full: ${name} ${message}`, error)
    : new StorageError('storage-unavailable', `The bucket cannot be used: ${name} ${message}`, error);
}

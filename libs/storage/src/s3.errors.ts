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

/** Whether an S3 call failed with this status under this name. Servers differ in names, so for all but 404 the status is enough. */
export function isS3Error(error: unknown, status: number, name: string): boolean {
  const { name: received, $metadata } = (error ?? {}) as Partial<ServiceError>;
  return received === name || (status !== 404 && $metadata?.httpStatusCode === status);
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

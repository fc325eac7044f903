export { createStorage } from './create-storage.js';
export { DirectoryStorage, type DirectoryStorageOptions } from './directory-storage.js';
export type { NewObject, ObjectStorage, StoredObject } from './object-storage.js';
export { removeObjects } from './remove-objects.js';
export { S3Storage, type S3StorageOptions } from './s3-storage.js';
export { markerKey } from './storage-marker.js';
export { StorageError, type StorageErrorCode } from './storage.errors.js';
export { OBJECT_STORAGE, StorageModule } from './storage.module.js';
export { StorageSettings } from './storage.settings.js';

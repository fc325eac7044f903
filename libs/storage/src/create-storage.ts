import { InvalidEnvironmentError } from '@ekphrasis/configuration';
import { DirectoryStorage } from './directory-storage.js';
import type { ObjectStorage } from './object-storage.js';
import { isTracing } from '@ekphrasis/tracing';
import { S3Storage } from './s3-storage.js';
import { StorageFolder } from './storage-folder.js';
import type { StorageSettings } from './storage.settings.js';
import { traceStorage } from './trace-storage.js';

/**
 * The storage that the settings name. Touches neither disk nor network yet: what is wrong there shows in `check`.
 * @throws InvalidEnvironmentError when one half of the S3 credentials is missing
 */
export function createStorage(settings: StorageSettings): ObjectStorage {
  const storage = isS3(settings)
    ? bucketOf(settings, settings.S3_BUCKET ?? 'ekphrasis')
    : new DirectoryStorage({ directory: settings.DATA_DIR, timeoutMs: settings.STORAGE_TIMEOUT_MS });
  return isTracing() ? traceStorage(storage) : storage;
}

/**
 * Where originals of processing jobs lie, or their results: in S3 a bucket of its own, otherwise a folder of the data directory.
 * @param storage what `createStorage` has made of the same settings
 */
export function createPictureStorage(
  kind: 'uploads' | 'processed',
  settings: StorageSettings,
  storage: ObjectStorage,
): ObjectStorage {
  if (!isS3(settings)) return new StorageFolder(storage, kind);
  const bucket = bucketOf(settings, kind === 'uploads' ? settings.S3_UPLOADS_BUCKET : settings.S3_PROCESSED_BUCKET);
  return isTracing() ? traceStorage(bucket) : bucket;
}

function isS3(settings: StorageSettings): boolean {
  return settings.S3_ENDPOINT !== undefined || settings.S3_BUCKET !== undefined;
}

function bucketOf(settings: StorageSettings, bucket: string): S3Storage {
  return new S3Storage({
    endpoint: settings.S3_ENDPOINT,
    region: settings.S3_REGION,
    bucket,
    createBucket: settings.S3_CREATE_BUCKET,
    credentials: credentialsOf(settings),
    forcePathStyle: settings.S3_FORCE_PATH_STYLE,
    timeoutMs: settings.STORAGE_TIMEOUT_MS,
  });
}

function credentialsOf({ S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey }: StorageSettings) {
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  if (!accessKeyId && !secretAccessKey) return undefined;
  const missing = accessKeyId ? 'S3_SECRET_ACCESS_KEY' : 'S3_ACCESS_KEY_ID';
  throw new InvalidEnvironmentError([`Expected both halves of the S3 credentials for ${missing} but received nothing`]);
}

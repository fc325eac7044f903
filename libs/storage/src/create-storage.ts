import { InvalidEnvironmentError } from '@ekphrasis/configuration';
import { DirectoryStorage } from './directory-storage.js';
import type { ObjectStorage } from './object-storage.js';
import { isTracing } from '@ekphrasis/tracing';
import { S3Storage } from './s3-storage.js';
import type { StorageSettings } from './storage.settings.js';
import { traceStorage } from './trace-storage.js';

/**
 * The storage that the settings name. Touches neither disk nor network yet: what is wrong there shows in `check`.
 * @throws InvalidEnvironmentError when one half of the S3 credentials is missing
 */
export function createStorage(settings: StorageSettings): ObjectStorage {
  const storage = storageOf(settings);
  return isTracing() ? traceStorage(storage) : storage;
}

function storageOf(settings: StorageSettings): ObjectStorage {
  const timeoutMs = settings.STORAGE_TIMEOUT_MS;
  if (!settings.S3_ENDPOINT && !settings.S3_BUCKET)
    return new DirectoryStorage({ directory: settings.DATA_DIR, timeoutMs });
  return new S3Storage({
    endpoint: settings.S3_ENDPOINT,
    region: settings.S3_REGION,
    bucket: settings.S3_BUCKET ?? 'ekphrasis',
    createBucket: settings.S3_CREATE_BUCKET,
    credentials: credentialsOf(settings),
    forcePathStyle: settings.S3_FORCE_PATH_STYLE,
    timeoutMs,
  });
}

function credentialsOf({ S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey }: StorageSettings) {
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  if (!accessKeyId && !secretAccessKey) return undefined;
  const missing = accessKeyId ? 'S3_SECRET_ACCESS_KEY' : 'S3_ACCESS_KEY_ID';
  throw new InvalidEnvironmentError([`Expected both halves of the S3 credentials for ${missing} but received nothing`]);
}

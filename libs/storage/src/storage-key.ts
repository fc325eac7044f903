import { StorageError } from './storage.errors.js';

const keySegment = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;
const longestKey = 900;

/**
 * Checks that a key is safe as a path below a root and as an S3 key: segments of letters, digits, `_`, `.` and `-` with
 * slashes between them. A segment never begins with a dot, so no key leaves the root or meets a file of the storage's own.
 * @throws StorageError `storage-key-invalid`
 */
export function assertStorageKey(key: string): void {
  if (key.length <= longestKey && key.split('/').every((segment) => keySegment.test(segment))) return;
  const shown = JSON.stringify(key.length > 80 ? `${key.slice(0, 80)}…` : key);
  throw new StorageError('storage-key-invalid', `Expected a storage key such as "pictures/17" but received ${shown}`);
}

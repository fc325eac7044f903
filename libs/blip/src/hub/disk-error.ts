import { mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HubError } from './hub-error.js';

const fullCodes = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** What a failed write of a file means: `disk-full`, the error itself where it is the disk's, undefined where it is not. */
export function diskError(error: unknown, path: string): Error | undefined {
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  if (fullCodes.includes(code)) {
    const kept = 'What has arrived is kept, and the next run goes on there';
    return new HubError('disk-full', `${dirname(path)}: the disk is full (${code}). ${kept}`, { cause: error });
  }
  return ['open', 'write'].includes(syscall) && !['EPIPE', 'ECONNRESET'].includes(code) ? (error as Error) : undefined;
}

/**
 * Refuses to begin what would not fit.
 * @param bytes what will be written below `directory`, which is created
 * @throws HubError `disk-full`
 */
export async function requireFreeSpace(directory: string, bytes: number): Promise<void> {
  await mkdir(directory, { recursive: true });
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new HubError('disk-full', `${directory}: ${gigabytes(bytes)} are needed and ${gigabytes(free)} are free`);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

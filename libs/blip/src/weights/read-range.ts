import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { CheckpointError } from '../checkpoint/checkpoint-error.js';

/** What one call of the operating system reads at most. */
const longestRead = 1 << 30;

/**
 * Bytes of a file, in memory of their own.
 * @throws CheckpointError `bad-checkpoint` where the file has become shorter since it was opened
 */
export async function readRange(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length;) {
    const wanted = Math.min(length - filled, longestRead);
    const { bytesRead } = await handle.read(bytes, filled, wanted, position + filled);
    if (bytesRead === 0) throw endedAt(position + filled);
    filled += bytesRead;
  }
  return bytes;
}

/** The same for a few bytes, at once: thousands of small reads through the event loop would take seconds. */
export function readRangeSync(handle: FileHandle, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length;) {
    const bytesRead = readSync(handle.fd, bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) throw endedAt(position + filled);
    filled += bytesRead;
  }
  return bytes;
}

function endedAt(position: number): CheckpointError {
  return new CheckpointError('bad-checkpoint', `the file ended at byte ${position} while it was read`);
}

import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { CheckpointError } from '../checkpoint/checkpoint-error.js';

export interface OpenFile {
  handle: FileHandle;
  /** In bytes. */
  size: number;
}

/**
 * Opens a file to read it.
 * @throws CheckpointError `bad-checkpoint` for a directory, or a pipe, which would wait for ever for someone who writes
 */
export async function openFile(path: string): Promise<OpenFile> {
  const stats = await stat(path);
  if (!stats.isFile()) throw new CheckpointError('bad-checkpoint', `${basename(path)}: is not a file`);
  return { handle: await open(path, 'r'), size: stats.size };
}

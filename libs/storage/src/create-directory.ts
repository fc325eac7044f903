import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DirectoryFlusher } from './directory-flusher.js';

/** Creates a directory and what is missing above it, all durable. */
export async function createDirectory(directory: string, flusher: DirectoryFlusher): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await flusher.flush(dirname(made));
}

import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { DirectoryFlusher } from './directory-flusher.js';
import { errorNumber } from './directory.errors.js';

/** Creates a directory and what is missing above it, all durable. */
export async function createDirectory(directory: string, flusher: DirectoryFlusher): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) await flusher.flush(dirname(made));
}

/** Creates a directory below a root, and what is missing between them, all durable. @throws ENOENT where the root is missing */
export async function createDirectoryBelow(root: string, directory: string, flusher: DirectoryFlusher): Promise<void> {
  let made = root;
  for (const name of relative(root, directory).split(sep)) {
    const above = made;
    made = join(above, name);
    try {
      await mkdir(made);
    } catch (error) {
      if (errorNumber(error) !== 'EEXIST') throw error;
      continue;
    }
    await flusher.flush(above);
  }
}

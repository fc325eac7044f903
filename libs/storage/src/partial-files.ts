import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createDirectoryBelow } from './create-directory.js';
import type { DirectoryFlusher } from './directory-flusher.js';
import { errorNumber } from './directory.errors.js';
import { flushFile, removeFile, withOpenFile, writeWhole } from './open-files.js';

const staleAfterMs = 3_600_000;

/**
 * Files on their way to a name, in a hidden folder of the storage's root, so on its file system: moving one to its name is
 * atomic. What a killed process leaves there is never read, and removed by a later process once it is an hour old.
 */
export class PartialFiles {
  private readonly directory: string;
  private cleaned: Promise<void> | undefined;

  constructor(
    private readonly root: string,
    private readonly flusher: DirectoryFlusher,
  ) {
    this.directory = join(root, '.partial');
  }

  /** The same for each of several, side by side: all of them are there, or none. */
  async createAll(contents: readonly Uint8Array[]): Promise<string[]> {
    const outcomes = await Promise.allSettled(contents.map((bytes) => this.create(bytes)));
    const created = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    if (created.length === contents.length) return created;
    await Promise.all(created.map((path) => this.remove(path)));
    throw outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
  }

  /** Writes a durable file of its own; the caller moves or removes it. */
  async create(bytes: Uint8Array): Promise<string> {
    await (this.cleaned ??= this.removeStale());
    const path = join(this.directory, randomUUID());
    try {
      await this.write(path, bytes);
    } catch (error) {
      await this.remove(path);
      throw error;
    }
    return path;
  }

  /** Removes a partial file if it can: what stays is harmless, so no error is worth hiding the caller's own. */
  async remove(path: string): Promise<void> {
    await removeFile(path).catch(() => undefined);
  }

  private async write(path: string, bytes: Uint8Array): Promise<void> {
    const written = (): Promise<void> =>
      withOpenFile(path, 'wx', async (descriptor) => {
        await writeWhole(descriptor, bytes);
        await flushFile(descriptor);
      });
    await written().catch(async (error: unknown) => {
      if (errorNumber(error) !== 'ENOENT') throw error;
      await createDirectoryBelow(this.root, this.directory, this.flusher);
      await written();
    });
  }

  private async removeStale(): Promise<void> {
    const names = await readdir(this.directory).catch(() => []);
    for (const name of names) {
      const path = join(this.directory, name);
      const modified = await stat(path).then(
        (found) => found.mtimeMs,
        () => Infinity,
      );
      if (modified < Date.now() - staleAfterMs) await this.remove(path);
    }
  }
}

import type { Dir } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorNumber } from './directory.errors.js';
import type { StoredObject } from './object-storage.js';

const pageSize = 1_000;

/** The files right below a directory, a page at a time, without the hidden ones. */
export class DirectoryListing {
  private constructor(
    private readonly directory: Dir | undefined,
    private readonly path: string,
    private readonly prefix: string,
  ) {}

  /** @param prefix of the keys: the folder and its slash, or nothing */
  static async open(path: string, prefix: string): Promise<DirectoryListing> {
    return new DirectoryListing(await openIfThere(path), path, prefix);
  }

  /** @returns the next page, undefined after the last */
  async next(): Promise<StoredObject[] | undefined> {
    const names: string[] = [];
    while (names.length < pageSize) {
      const entry = await this.directory?.read();
      if (!entry) break;
      if (entry.isFile() && !entry.name.startsWith('.')) names.push(entry.name);
    }
    if (names.length === 0) return undefined;
    const found = await Promise.all(names.map((name) => this.look(name)));
    return found.filter((each) => each !== undefined);
  }

  async close(): Promise<void> {
    await this.directory?.close();
  }

  /** Undefined where it has gone meanwhile. */
  private async look(name: string): Promise<StoredObject | undefined> {
    try {
      return { key: `${this.prefix}${name}`, modifiedAt: (await stat(join(this.path, name))).mtime };
    } catch (error) {
      if (errorNumber(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

async function openIfThere(path: string): Promise<Dir | undefined> {
  try {
    return await opendir(path);
  } catch (error) {
    if (errorNumber(error) === 'ENOENT') return undefined;
    throw error;
  }
}

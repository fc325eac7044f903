import { link, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { createDirectory } from './create-directory.js';
import { DirectoryFlusher } from './directory-flusher.js';
import { errorNumber, toStorageError } from './directory.errors.js';
import type { ObjectStorage } from './object-storage.js';
import { PartialFiles } from './partial-files.js';
import { assertStorageKey } from './storage-key.js';
import { withTimeLimit } from './time-limit.js';

// Bounds open files; more than this at once is no faster on any disk seen.
const CONCURRENT_WRITES = 64;

export interface DirectoryStorageOptions {
  /** The root, created when it is missing. Its file system has to know hard links. */
  directory: string;
  /** Longest time of one call, in milliseconds. */
  timeoutMs: number;
}

/**
 * Objects as files below a directory that several processes may share. A write is a partial file, made durable, moved to
 * its name, and the name made durable. `writeOnce` moves with `link`, which fails where the name is taken: whoever links
 * first wins, whatever the process.
 */
export class DirectoryStorage implements ObjectStorage {
  private readonly root: string;
  private readonly timeoutMs: number;
  private readonly partials: PartialFiles;
  private readonly flusher = new DirectoryFlusher();
  private readonly writes = new ConcurrencyLimit(CONCURRENT_WRITES);

  constructor(options: DirectoryStorageOptions) {
    this.root = resolve(options.directory);
    this.timeoutMs = options.timeoutMs;
    this.partials = new PartialFiles(this.root, this.flusher);
  }

  read(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.run(signal, () => readIfThere(this.pathOf(key)));
  }

  async write(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.run(signal, (limit) => this.place(this.pathOf(key), bytes, limit, rename));
  }

  writeOnce(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    return this.run(signal, async (limit) => {
      const path = this.pathOf(key);
      const won = await this.place(path, bytes, limit, link).then(
        () => true,
        (error: unknown) => {
          if (errorNumber(error) === 'EEXIST') return false;
          throw error;
        },
      );
      if (won) return bytes;
      // The winner may not have made the name durable yet, and the caller will rely on it.
      await this.flusher.flush(dirname(path));
      return readFile(path);
    });
  }

  remove(key: string, signal?: AbortSignal): Promise<void> {
    return this.run(signal, async () => {
      const path = this.pathOf(key);
      await rm(path, { force: true });
      await this.flusher.flush(dirname(path)).catch((error: unknown) => {
        if (errorNumber(error) !== 'ENOENT') throw error;
      });
    });
  }

  check(signal?: AbortSignal): Promise<void> {
    return this.run(signal, async () => this.partials.remove(await this.partials.create(Buffer.from('check'))));
  }

  private place(path: string, bytes: Uint8Array, signal: AbortSignal, move: Move): Promise<void> {
    return this.writes.run(async () => {
      signal.throwIfAborted();
      const partial = await this.partials.create(bytes);
      let moved = false;
      try {
        await move(partial, path).catch(async (error: unknown) => {
          if (errorNumber(error) !== 'ENOENT') throw error;
          await createDirectory(dirname(path), this.flusher);
          await move(partial, path);
        });
        moved = move === rename;
      } finally {
        if (!moved) await this.partials.remove(partial);
      }
      await this.flusher.flush(dirname(path));
    });
  }

  private pathOf(key: string): string {
    assertStorageKey(key);
    return join(this.root, key);
  }

  private run<Result>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return withTimeLimit(this.timeoutMs, signal, async (limit) => {
      try {
        return await work(limit);
      } catch (error) {
        throw toStorageError(error);
      }
    });
  }
}

/** `rename` replaces what has the name, `link` refuses. */
type Move = (partial: string, path: string) => Promise<void>;

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorNumber(error) ?? '')) return undefined;
    throw error;
  }
}

import { link, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { withTimeLimit } from '@ekphrasis/time-limit';
import pLimit from 'p-limit';
import { createDirectory, createDirectoryBelow } from './create-directory.js';
import { DirectoryFlusher } from './directory-flusher.js';
import { directoryMissing, errorNumber, toStorageError } from './directory.errors.js';
import { DirectoryListing } from './list-directory.js';
import type { ByteRange, NewObject, ObjectStorage, StoredObject } from './object-storage.js';
import { readPart, readWhole } from './open-files.js';
import { PartialFiles } from './partial-files.js';
import { assertStorageKey } from './storage-key.js';
import { storageLimit } from './storage-limit.js';
import { markerKey } from './storage-marker.js';

// Bounds open files; more than this at once is no faster on any disk seen.
const concurrentWrites = 64;

export interface DirectoryStorageOptions {
  /** The root, made by `mark` alone. Its file system has to know hard links. */
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
  readonly name: string;
  private readonly root: string;
  private readonly timeoutMs: number;
  private readonly partials: PartialFiles;
  private readonly flusher = new DirectoryFlusher();
  private readonly writeInTurn = pLimit(concurrentWrites);

  constructor(options: DirectoryStorageOptions) {
    this.root = resolve(options.directory);
    this.name = `the data directory ${this.root}`;
    this.timeoutMs = options.timeoutMs;
    this.partials = new PartialFiles(this.root, this.flusher);
  }

  read(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.run(signal, () => readIfThere(this.pathOf(key)));
  }

  readRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.run(signal, () => unlessMissing(() => readPart(this.pathOf(key), range)));
  }

  async write(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.run(signal, (limit) => this.place([{ path: this.pathOf(key), bytes, move: rename }], limit));
  }

  writeOnce(key: string, bytes: Uint8Array, signal?: AbortSignal, companion?: NewObject): Promise<Uint8Array> {
    return this.run(signal, (limit) => {
      const beside = companion && [{ path: this.pathOf(companion.key), bytes: companion.bytes, move: rename }];
      return this.placeOnce(this.pathOf(key), bytes, limit, beside);
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

  async *list(folder: string, signal?: AbortSignal): AsyncGenerator<StoredObject[]> {
    const path = folder === '' ? this.root : this.pathOf(folder);
    const prefix = folder === '' ? '' : `${folder}/`;
    const listing = await this.run(signal, () => DirectoryListing.open(path, prefix));
    try {
      for (let page; (page = await this.run(signal, () => listing.next()));) yield page;
    } finally {
      await listing.close();
    }
  }

  readMarker(signal?: AbortSignal): Promise<string | undefined> {
    return this.run(signal, async () => {
      const marker = await readIfThere(join(this.root, markerKey));
      return marker && Buffer.from(marker).toString('utf8').trim();
    });
  }

  mark(id: string, signal?: AbortSignal): Promise<string> {
    return this.run(signal, async (limit) => {
      await createDirectory(this.root, this.flusher);
      const path = join(this.root, markerKey);
      const marker = await readIfThere(path);
      if (marker && Buffer.from(marker).toString('utf8').trim() === '') {
        await this.place([{ path, bytes: Buffer.from(id), move: rename }], limit);
        return id;
      }
      return Buffer.from(await this.placeOnce(path, Buffer.from(id), limit))
        .toString('utf8')
        .trim();
    });
  }

  location(signal?: AbortSignal): Promise<string> {
    return this.run(signal, async () => String((await stat(this.root)).dev));
  }

  check(signal?: AbortSignal): Promise<void> {
    return this.run(signal, async () => this.partials.remove(await this.partials.create(Buffer.from('check'))));
  }

  private async placeOnce(
    path: string,
    bytes: Uint8Array,
    limit: AbortSignal,
    beside: readonly Placing[] = [],
  ): Promise<Uint8Array> {
    const won = await this.place([{ path, bytes, move: link }, ...beside], limit).then(
      () => true,
      (error: unknown) => {
        if (errorNumber(error) === 'EEXIST') return false;
        throw error;
      },
    );
    if (won) return bytes;
    // The winner may not have made the name durable yet, and the caller will rely on it.
    await this.flusher.flush(dirname(path));
    return readWhole(path);
  }

  /** Written side by side, then moved one after the other: where one cannot be, those after it are not. */
  private place(files: readonly Placing[], signal: AbortSignal): Promise<void> {
    return this.writeInTurn(async () => {
      signal.throwIfAborted();
      const partials = await this.partials.createAll(files.map(({ bytes }) => bytes));
      const unmoved = new Set(partials);
      try {
        for (const [index, { path, move }] of files.entries()) {
          await this.move(partials[index]!, path, move);
          if (move === rename) unmoved.delete(partials[index]!);
        }
      } finally {
        await Promise.all([...unmoved].map((partial) => this.partials.remove(partial)));
      }
      await Promise.all(files.map(({ path }) => this.flusher.flush(dirname(path))));
    });
  }

  private async move(partial: string, path: string, move: Move): Promise<void> {
    await move(partial, path).catch(async (error: unknown) => {
      if (errorNumber(error) !== 'ENOENT') throw error;
      await createDirectoryBelow(this.root, dirname(path), this.flusher);
      await move(partial, path);
    });
  }

  private isThere(): Promise<boolean> {
    return stat(this.root).then(
      () => true,
      () => false,
    );
  }

  private pathOf(key: string): string {
    assertStorageKey(key);
    return join(this.root, key);
  }

  private run<Result>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return withTimeLimit(storageLimit(this.timeoutMs, signal), async (limit) => {
      try {
        return await work(limit);
      } catch (error) {
        if (errorNumber(error) === 'ENOENT' && !(await this.isThere())) throw directoryMissing(this.root, error);
        throw toStorageError(error);
      }
    });
  }
}

/** A file to be, and how it gets its name. */
interface Placing {
  path: string;
  bytes: Uint8Array;
  move: Move;
}

/** `rename` replaces what has the name, `link` refuses. */
type Move = (partial: string, path: string) => Promise<void>;

function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return unlessMissing(() => readWhole(path));
}

async function unlessMissing<Found>(read: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorNumber(error) ?? '')) return undefined;
    throw error;
  }
}

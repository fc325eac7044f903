import { Logger } from '@nestjs/common';
import { codeOf } from '@ekphrasis/errors';
import type { ObjectStorage } from './object-storage.js';
import { markerKey } from './storage-marker.js';
import { StorageError } from './storage.errors.js';
import { PictureMissingError } from './stored-pictures.errors.js';

/**
 * What clients sent, and a worker's jobs need: it must be there. Where it is not, the storage's marker tells whether it is gone, or
 * whether this worker looks into the wrong place: a directory that is not mounted, or another bucket. The API alone makes markers.
 */
export class StoredPictures {
  private readonly logger = new Logger(StoredPictures.name);
  /** What a job last found to be wrong with the storage itself. */
  private problem?: StorageError;
  /** What the job that met it expects the marker to say. */
  private expected?: string;
  private wasThere = false;

  constructor(private readonly storage: ObjectStorage) {}

  /**
   * @param storageId what the marker should say; undefined where a job does not know
   * @throws PictureMissingError; StorageError, `storage-away` among them
   */
  async read(key: string, storageId: string | undefined, signal: AbortSignal): Promise<Uint8Array> {
    const picture = await this.storage.read(key, signal);
    if (picture) return picture;
    await this.expectMarker(storageId, signal);
    // the storage may have come back between the two
    const found = await this.storage.read(key, signal);
    if (!found) throw new PictureMissingError(key);
    return found;
  }

  /** Takes note of what a job failed with: that storage is away keeps the worker from being ready. */
  heed(error: unknown): void {
    if (error instanceof StorageError && error.code === 'storage-away') this.problem = error;
  }

  /**
   * Resolves while jobs can read and write. A directory that is not there yet is no problem before a job needs it: the API of a
   * new system makes it, and may start later.
   */
  async check(signal: AbortSignal): Promise<void> {
    if (this.problem) {
      await this.expectMarker(this.expected, signal);
      this.problem = undefined;
    }
    try {
      await this.storage.check(signal);
      this.wasThere = true;
    } catch (error) {
      if (this.wasThere || codeOf(error) !== 'storage-away') throw error;
      this.logger.warn(`${(error as Error).message} The API of a new system makes it`);
    }
  }

  private async expectMarker(expected: string | undefined, signal: AbortSignal): Promise<void> {
    this.expected = expected;
    const marker = await this.storage.readMarker(signal);
    if (marker && (expected === undefined || marker === expected)) return;
    const { name } = this.storage;
    const reason = marker
      ? `${name} belongs to another system, by its marker ${markerKey}`
      : `There is no marker ${markerKey} in ${name}: it is not mounted, was emptied, or is another one`;
    throw new StorageError('storage-away', reason);
  }
}

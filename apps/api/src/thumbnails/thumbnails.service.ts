import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { thumbnailFailureKey, thumbnailKey, thumbnailRequested, type ThumbnailRequested } from '@ekphrasis/contracts';
import { ImageNotFoundError } from '@ekphrasis/images';
import { Publisher } from '@ekphrasis/messaging';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { ThumbnailNotYetError } from './thumbnails.errors.js';
import { ThumbnailSourcesRepository, type ThumbnailSource } from './thumbnail-sources.repository.js';

/** How long who asks first waits for it to be made. */
const patienceMs = 2_000;
const lookEveryMs = 200;
/** How long nobody asks again for one that was asked for. */
const askedForMs = 60_000;
const mostAsked = 10_000;

/**
 * Thumbnails of images, each made by a worker when it is asked for first: so they cost no POST and no caption anything. The request to
 * make one is sent and not kept: whoever misses a thumbnail asks again.
 */
@Injectable()
export class Thumbnails {
  private readonly logger = new Logger(Thumbnails.name);
  /** By its key, when a thumbnail was last asked for in this process, in milliseconds of `performance.now()`; the oldest first. */
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly sources: ThumbnailSourcesRepository,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    private readonly publisher: Publisher,
  ) {}

  /** @returns a WebP picture @throws ThumbnailNotYetError; ImageNotFoundError where there is none; StorageError */
  async read(imageId: number, clientId: string | undefined): Promise<Uint8Array> {
    const source = await this.sources.find(imageId, clientId);
    if (!source) throw new ImageNotFoundError('No image has this id');
    const key = thumbnailKey(imageId, source.nonce);
    const there = await this.storage.read(key);
    if (there) return there;
    if (await this.storage.read(thumbnailFailureKey(imageId, source.nonce))) throw notThere();
    // whoever comes later while it is being made does not wait: a page of pictures must not hold all of a browser's connections
    if (!this.ask(key, source)) throw new ThumbnailNotYetError();
    for (let waited = 0; waited < patienceMs; waited += lookEveryMs) {
      await pause(lookEveryMs);
      const made = await this.storage.read(key);
      if (made) return made;
    }
    throw new ThumbnailNotYetError();
  }

  /** @returns whether nobody had asked for it lately */
  private ask(key: string, source: ThumbnailSource): boolean {
    const now = performance.now();
    const before = this.asked.get(key);
    if (before !== undefined && now - before < askedForMs) return false;
    this.asked.delete(key);
    this.asked.set(key, now);
    const [oldest] = this.asked.keys();
    if (this.asked.size > mostAsked && oldest !== undefined) this.asked.delete(oldest);
    this.publisher.send(thumbnailRequested, requestOf(source)).catch((error: Error) => {
      this.asked.delete(key);
      this.logger.warn({ imageId: source.id, msg: `its thumbnail cannot be asked for now: ${error.message}` });
    });
    return true;
  }
}

function requestOf({ id, nonce, url, pictureKey, storageId }: ThumbnailSource): ThumbnailRequested {
  return {
    imageId: id,
    ...(nonce !== null && { nonce }),
    ...(pictureKey === null ? { url: url ?? '' } : { pictureKey, storageId }),
    requestedAt: new Date().toISOString(),
  };
}

function notThere(): ImageNotFoundError {
  return new ImageNotFoundError('There is no thumbnail of this image');
}

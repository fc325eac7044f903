import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { renditionFailureKey, renditionKey, type JobDefinition, type RenditionRequested } from '@ekphrasis/contracts';
import { ImageNotFoundError } from '@ekphrasis/images';
import { Publisher } from '@ekphrasis/messaging';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { RenditionNotYetError } from './renditions.errors.js';
import { RenditionSourcesRepository, type RenditionSource } from './rendition-sources.repository.js';

/** How long who asks first waits for it to be made. */
const longestWaitMs = 2_000;
const lookEveryMs = 200;
/** How long nobody asks again for one that was asked for. */
const askedForMs = 60_000;
const mostAsked = 10_000;

type RenditionJob = JobDefinition<RenditionRequested>;

/**
 * Renditions of images, such as thumbnails, each made by a worker when it is asked for first: so they cost no POST and no caption anything.
 * The request to make one is sent and not kept: whoever misses a rendition asks again.
 */
@Injectable()
export class Renditions {
  private readonly logger = new Logger(Renditions.name);
  /** By its key, when a rendition was last asked for in this process, in milliseconds of `performance.now()`; the oldest first. */
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly sources: RenditionSourcesRepository,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    private readonly publisher: Publisher,
  ) {}

  /** @returns a WebP picture @throws RenditionNotYetError; ImageNotFoundError where there is none; StorageError */
  async read(job: RenditionJob, imageId: number, clientId: string | undefined): Promise<Uint8Array> {
    const source = await this.sources.find(imageId, clientId);
    if (!source) throw new ImageNotFoundError('No image has this id');
    const key = renditionKey(job, imageId, source.nonce);
    const there = await this.storage.read(key);
    if (there) return there;
    if (await this.storage.read(renditionFailureKey(job, imageId, source.nonce))) throw notThere(job);
    // whoever comes later while it is being made does not wait: a page of pictures must not hold all of a browser's connections
    if (!this.ask(job, key, source)) throw new RenditionNotYetError(job.name);
    for (let waited = 0; waited < longestWaitMs; waited += lookEveryMs) {
      await pause(lookEveryMs);
      const made = await this.storage.read(key);
      if (made) return made;
    }
    throw new RenditionNotYetError(job.name);
  }

  /** @returns whether nobody had asked for it lately */
  private ask({ name, request }: RenditionJob, key: string, source: RenditionSource): boolean {
    const now = performance.now();
    const before = this.asked.get(key);
    if (before !== undefined && now - before < askedForMs) return false;
    this.asked.delete(key);
    this.asked.set(key, now);
    const [oldest] = this.asked.keys();
    if (this.asked.size > mostAsked && oldest !== undefined) this.asked.delete(oldest);
    this.publisher.send(request, requestOf(source)).catch((error: Error) => {
      this.asked.delete(key);
      this.logger.warn({ imageId: source.id, msg: `its ${name} cannot be asked for now: ${error.message}` });
    });
    return true;
  }
}

function requestOf({ id, nonce, url, pictureKey, storageId }: RenditionSource): RenditionRequested {
  return {
    imageId: id,
    ...(nonce !== null && { nonce }),
    ...(pictureKey === null ? { url: url ?? '' } : { pictureKey, storageId }),
    requestedAt: new Date().toISOString(),
  };
}

function notThere({ name }: RenditionJob): ImageNotFoundError {
  return new ImageNotFoundError(`There is no ${name} of this image`);
}

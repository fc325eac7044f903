import { Inject, Injectable, Logger } from '@nestjs/common';
import { descriptionKey, renditionFailureKey, renditionJobs, renditionKey, resultKey } from '@ekphrasis/contracts';
import { ImageNotFoundError } from '@ekphrasis/images';
import { LikeLines } from '@ekphrasis/observability';
import { OutboxRelay } from '@ekphrasis/outbox';
import { OBJECT_STORAGE, removeObjects, type ObjectStorage } from '@ekphrasis/storage';
import { ProcessedIdsRegistry } from '../images/finished-ids/processed-ids-registry.js';
import { RemovalRepository, type RemovedImage } from './removal.repository.js';

const pageSize = 1_000;

export interface RemovedImages {
  removed: number;
  /** From where the next page begins; undefined where there is none. */
  next?: Date | undefined;
}

/**
 * Removes images: first from the database, then their files. A crash in between, or storage that is away, leaves files without a row,
 * which the sweep of orphaned objects finds; so does what a worker writes that still has the image's job.
 */
@Injectable()
export class Removal {
  private readonly logger = new Logger(Removal.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));

  constructor(
    private readonly repository: RemovalRepository,
    private readonly registry: ProcessedIdsRegistry,
    private readonly relay: OutboxRelay,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
  ) {}

  /** @param caller a client's id; undefined for whoever has no key @throws ImageNotFoundError */
  async remove(imageId: number, caller?: string): Promise<void> {
    const removed = await this.repository.remove(imageId, caller);
    if (removed.length === 0) throw new ImageNotFoundError('No image has this id');
    await this.forget(removed);
  }

  /**
   * A page of the images that ended so many days ago, the oldest first, and not before `from`.
   */
  async removeFinished(days: number, from: Date): Promise<RemovedImages> {
    const removed = await this.repository.removeFinished(days, from, pageSize);
    await this.forget(removed);
    const next = removed.length === pageSize ? (removed.at(-1)?.finishedAt ?? undefined) : undefined;
    return { removed: removed.length, next };
  }

  private async forget(removed: RemovedImage[]): Promise<void> {
    if (removed.length === 0) return;
    // the other replicas hear of it
    for (const { id } of removed) this.registry.remove(id);
    this.relay.wake();
    await removeObjects(this.storage, removed.flatMap(keysOf), (key, { message }) => {
      this.failures.say(message, `${key} stays in storage until it is swept: ${message}`);
    });
  }
}

function keysOf({ id, nonce, pictureKey }: RemovedImage): string[] {
  return [
    descriptionKey(id),
    ...Object.values(renditionJobs).flatMap((job) => [
      renditionKey(job, id, nonce),
      renditionFailureKey(job, id, nonce),
    ]),
    ...(nonce === null ? [] : [resultKey({ imageId: id, nonce })]),
    ...(pictureKey === null ? [] : [pictureKey]),
  ];
}

import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { imageDeleted, ImageDeleted, imageRecorded, type ImageRecorded } from '@ekphrasis/contracts';
import { ImageProgress } from '@ekphrasis/images';
import { Consumers } from '@ekphrasis/messaging';
import { DescribedIdsRepository } from '../images/finished-ids/described-ids.repository.js';
import { ProcessedIdsRegistry } from '../images/finished-ids/processed-ids-registry.js';

type Broadcast = ImageRecorded | ImageDeleted;

const retryPauseMs = 500;

/**
 * Keeps this replica's registry exact: listens to what any replica records or deletes, and loads what was recorded before, at boot
 * (with the broker down too) and each time the binding is in place anew.
 */
@Injectable()
export class RecordedListener implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RecordedListener.name);
  private stopped = false;
  /** Loads asked for and not yet done; they run one after the other. */
  private loads: Promise<void> = Promise.resolve();

  constructor(
    private readonly consumers: Consumers,
    private readonly repository: DescribedIdsRepository,
    private readonly registry: ProcessedIdsRegistry,
    private readonly progress: ImageProgress,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.consumers.broadcasts<Broadcast>({
      readiness: 'recorded',
      contracts: [imageRecorded, imageDeleted],
      onMessage: (message) => this.learn(message),
      onBound: () => this.loadLater(),
    });
    // what was finished before can be told although the broker may be away
    this.loadLater();
    await this.loads;
  }

  beforeApplicationShutdown(): void {
    this.stopped = true;
  }

  /** Loads all ids again; resolves when they are there, or the process ends. */
  async loadAnew(): Promise<void> {
    this.loadLater();
    await this.loads;
  }

  /** Runs `work` when the loads asked for before it are done, and before those asked for later: they replace what it reads. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.loads.then(work);
    this.loads = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  private learn(message: Broadcast): void {
    if (message instanceof ImageDeleted) {
      for (const id of message.imageIds) this.registry.remove(id);
      return this.progress.announce(message.imageIds);
    }
    const { images } = message;
    for (const { imageId, status, clientId } of images) {
      // whose it is an earlier version does not say: the comparison with the database finds it
      if (status === 'described' && clientId !== undefined) this.registry.add(imageId, clientId ?? undefined);
    }
    this.progress.announce(images.map(({ imageId }) => imageId));
  }

  private loadLater(): void {
    this.loads = this.loads.then(() => this.load());
  }

  private async load(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.registry.load(this.repository.describedIds());
        this.progress.announce(undefined);
        this.logger.log(`${this.registry.size} finished ids are known`);
        return;
      } catch (error) {
        this.logger.warn(`cannot load the finished ids: ${(error as Error).message}`);
        await pause(retryPauseMs);
      }
    }
  }
}

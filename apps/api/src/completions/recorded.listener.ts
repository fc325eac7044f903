import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { imageDeleted, ImageDeleted, imageRecorded, type ImageRecorded } from '@ekphrasis/contracts';
import { ImageProgress } from '@ekphrasis/images';
import { Consumers, MemoryCopy } from '@ekphrasis/messaging';
import { DescribedIdsRepository } from '../images/finished-ids/described-ids.repository.js';
import { ProcessedIdsRegistry } from '../images/finished-ids/processed-ids-registry.js';

type Broadcast = ImageRecorded | ImageDeleted;

/**
 * Keeps this replica's registry exact: a copy in memory of what any replica has recorded, with the broker down too.
 */
@Injectable()
export class RecordedListener implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RecordedListener.name);
  private readonly copy: MemoryCopy<Broadcast>;

  constructor(
    consumers: Consumers,
    private readonly repository: DescribedIdsRepository,
    private readonly registry: ProcessedIdsRegistry,
    private readonly progress: ImageProgress,
  ) {
    this.copy = new MemoryCopy<Broadcast>(consumers, {
      name: 'recorded',
      contracts: [imageRecorded, imageDeleted],
      load: () => this.load(),
      learn: (message) => this.learn(message),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.copy.start();
  }

  beforeApplicationShutdown(): void {
    this.copy.stop();
  }

  /** Loads all ids again; resolves when they are there, or the process ends. */
  loadAnew(): Promise<void> {
    return this.copy.loadAnew();
  }

  /** Runs `work` when the loads asked for before it are done, and before those asked for later: they replace what it reads. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.copy.inTurn(work);
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

  private async load(): Promise<void> {
    await this.registry.load(this.repository.describedIds());
    this.progress.announce(undefined);
    this.logger.log(`${this.registry.size} finished ids are known`);
  }
}

import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ImageDeleted, imageDeleted, imageRecorded, type ImageRecorded } from '@ekphrasis/contracts';
import { Consumers } from '@ekphrasis/messaging';
import { ImageProgress } from './image-progress.js';

/** Hears what replicas of the API record or delete, and announces it in this process. */
@Injectable()
export class ImageChangesListener implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: Consumers,
    private readonly progress: ImageProgress,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.broadcasts<ImageRecorded | ImageDeleted>({
      readiness: 'recorded',
      contracts: [imageRecorded, imageDeleted],
      onMessage: (message) => this.progress.announce(idsOf(message)),
      // what was recorded before the binding was in place nobody has told
      onBound: () => this.progress.announce(undefined),
    });
  }
}

function idsOf(message: ImageRecorded | ImageDeleted): number[] {
  return message instanceof ImageDeleted ? message.imageIds : message.images.map(({ imageId }) => imageId);
}

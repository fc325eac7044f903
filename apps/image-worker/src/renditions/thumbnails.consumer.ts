import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { renditionJobs, type RenditionRequested } from '@ekphrasis/contracts';
import { Consumers, type Delivery } from '@ekphrasis/messaging';
import { ImageWorkerSettings } from '../image-worker.settings.js';
import { Renditions } from './renditions.service.js';

/** In pixels, the longer one. */
const side = 320;

/** Few, since each may hold a download, and processing goes on beside it. */
const atOnce = 4;

@Injectable()
export class ThumbnailsConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: Consumers,
    private readonly renditions: Renditions,
    @Inject(ImageWorkerSettings) private readonly settings: ImageWorkerSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.jobs(renditionJobs.thumbnail, {
      readiness: 'thumbnails',
      prefetch: atOnce,
      drainMs: this.settings.SHUTDOWN_TIMEOUT_MS,
      handle: (delivery) => this.handle(delivery),
    });
  }

  /** Resolves when the thumbnail, or the note that there can be none, is stored. */
  handle(delivery: Delivery<RenditionRequested>): Promise<void> {
    return this.renditions.make(renditionJobs.thumbnail, delivery, [
      { operation: 'resize', width: side, height: side },
    ]);
  }
}

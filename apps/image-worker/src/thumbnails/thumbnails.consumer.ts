import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { thumbnailJob } from '@ekphrasis/contracts';
import { Consumers } from '@ekphrasis/messaging';
import { ImageWorkerSettings } from '../image-worker.settings.js';
import { ThumbnailJobs } from './thumbnail-job.service.js';

/** Few, since each may hold a download, and processing goes on beside it. */
const atOnce = 4;

@Injectable()
export class ThumbnailsConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: Consumers,
    private readonly jobs: ThumbnailJobs,
    @Inject(ImageWorkerSettings) private readonly settings: ImageWorkerSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.jobs(thumbnailJob, {
      readiness: 'thumbnails',
      prefetch: atOnce,
      drainMs: this.settings.SHUTDOWN_TIMEOUT_MS,
      handle: (delivery) => this.jobs.run(delivery),
    });
  }
}

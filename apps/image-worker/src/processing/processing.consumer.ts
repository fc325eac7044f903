import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { processingJob } from '@ekphrasis/contracts';
import { Consumers } from '@ekphrasis/messaging';
import { PictureProcessing } from '@ekphrasis/pictures';
import { ImageWorkerSettings } from '../image-worker.settings.js';
import { ProcessingJobs } from './processing-job.service.js';

/** Takes jobs: twice as many at once as there are processes. On SIGTERM it finishes those in hand, within the time that the settings allow. */
@Injectable()
export class ProcessingConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly consumers: Consumers,
    private readonly jobs: ProcessingJobs,
    private readonly processing: PictureProcessing,
    @Inject(ImageWorkerSettings) private readonly settings: ImageWorkerSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.jobs(processingJob, {
      readiness: 'jobs',
      prefetch: 2 * (this.settings.IMAGE_PROCESSES || availableParallelism()),
      drainMs: this.settings.SHUTDOWN_TIMEOUT_MS,
      handle: (delivery) => this.jobs.run(delivery),
      reportEarlier: (delivery) => this.jobs.reportEarlier(delivery),
    });
  }

  /** After the jobs have drained. */
  async onApplicationShutdown(): Promise<void> {
    await this.processing.close();
  }
}

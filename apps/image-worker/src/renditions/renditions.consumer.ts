import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { renditionFolder, renditionJobs } from '@ekphrasis/contracts';
import { Consumers } from '@ekphrasis/messaging';
import { ImageWorkerSettings } from '../image-worker.settings.js';
import { RENDITION_HANDLERS, type RenditionHandler } from './rendition-handler.js';

/** Few of each kind, since each may hold a download, and processing goes on beside it. */
const atOnce = 4;

/** Takes the jobs of every rendition. */
@Injectable()
export class RenditionsConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: Consumers,
    @Inject(RENDITION_HANDLERS) private readonly handlers: readonly RenditionHandler[],
    @Inject(ImageWorkerSettings) private readonly settings: ImageWorkerSettings,
  ) {}

  /** @throws Error where a rendition is declared that nobody makes: the process does not start */
  onApplicationBootstrap(): void {
    for (const job of Object.values(renditionJobs)) {
      const handler = this.handlers.find((each) => each.job === job);
      if (!handler) throw new Error(`Nobody handles ${job.name} jobs`);
      this.consumers.jobs(job, {
        readiness: renditionFolder(job),
        prefetch: atOnce,
        drainMs: this.settings.SHUTDOWN_TIMEOUT_MS,
        handle: (delivery) => handler.handle(delivery),
      });
    }
  }
}

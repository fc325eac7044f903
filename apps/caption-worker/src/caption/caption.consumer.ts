import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { captionJobs, isolatedCaptionJobs } from '@ekphrasis/contracts';
import { Consumers, type JobConsumer } from '@ekphrasis/messaging';
import { CaptionWorkerSettings } from '../caption-worker.settings.js';
import { CaptionJobs } from './caption-job.service.js';

/**
 * Takes jobs: as many at once as two batches hold, and, from the queue of those that lost a worker, one at a time.
 * On SIGTERM it takes no more and finishes those in hand, within the time that the settings allow.
 */
@Injectable()
export class CaptionConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CaptionConsumer.name);
  private started: JobConsumer[] = [];

  constructor(
    private readonly consumers: Consumers,
    private readonly jobs: CaptionJobs,
    @Inject(CaptionWorkerSettings) private readonly settings: CaptionWorkerSettings,
  ) {}

  onApplicationBootstrap(): void {
    const prefetch = 2 * this.settings.CAPTION_BATCH_SIZE;
    this.started = [
      { queue: captionJobs.name, prefetch, isolateUnanswered: true },
      { queue: isolatedCaptionJobs.name, prefetch: 1, isolateUnanswered: false },
    ].map((options) => this.consumers.jobs({ ...options, handle: (delivery) => this.jobs.run(delivery) }));
  }

  /** Resolves while jobs can arrive. */
  async check(): Promise<void> {
    await Promise.all(this.started.map((consumer) => consumer.check()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    const startedAt = performance.now();
    const limit = AbortSignal.timeout(this.settings.SHUTDOWN_TIMEOUT_MS);
    await Promise.all(this.started.map((consumer) => consumer.stop(limit)));
    this.logger.log(`drained in ${Math.round(performance.now() - startedAt)} ms`);
  }
}

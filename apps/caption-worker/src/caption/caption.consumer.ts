import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { captionJobs, isolatedCaptionJobs, type CaptionRequested } from '@ekphrasis/contracts';
import { codeOf } from '@ekphrasis/errors';
import { FetchingSettings, PICTURE_FETCHER, type PictureFetcher } from '@ekphrasis/fetching';
import { Consumers, type DeferredJobConsumer, type Delivery, type JobConsumer } from '@ekphrasis/messaging';
import { CaptionWorkerSettings } from '../caption-worker.settings.js';
import { CaptionJobs } from './caption-job.service.js';
import { hostDeferrals } from './host-deferrals.js';

/**
 * Takes jobs: as many at once as two batches hold, beside those whose download is slow; and, from the queue of those that lost
 * a worker, one at a time. Looks after the jobs whose hosts cannot be asked now.
 * On SIGTERM it takes no more and finishes those in hand, within the time that the settings allow.
 */
@Injectable()
export class CaptionConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CaptionConsumer.name);
  private started: (JobConsumer | DeferredJobConsumer)[] = [];
  private broken?: string;

  constructor(
    private readonly consumers: Consumers,
    private readonly jobs: CaptionJobs,
    @Inject(PICTURE_FETCHER) private readonly fetcher: PictureFetcher,
    @Inject(FetchingSettings) private readonly fetching: Pick<FetchingSettings, 'FETCH_SLOW_DOWNLOADS'>,
    @Inject(CaptionWorkerSettings) private readonly settings: CaptionWorkerSettings,
  ) {}

  onApplicationBootstrap(): void {
    const prefetch = 2 * this.settings.CAPTION_BATCH_SIZE;
    const slow = this.fetching.FETCH_SLOW_DOWNLOADS;
    const gate = hostDeferrals(this.fetcher.hosts);
    const jobs = [
      { queue: captionJobs.name, prefetch, slow, isolateUnanswered: true },
      { queue: isolatedCaptionJobs.name, prefetch: 1, isolateUnanswered: false },
    ].map((options) =>
      this.consumers.jobs({
        ...options,
        gate,
        handle: (delivery) => this.handle(delivery),
        reportEarlier: (delivery) => this.jobs.reportEarlier(delivery),
      }),
    );
    this.started = [...jobs, this.consumers.deferredJobs(gate)];
  }

  /** A worker whose model is broken takes no more, and is not ready; its jobs go back and cost no attempt. */
  private async handle(delivery: Delivery<CaptionRequested>): Promise<void> {
    try {
      await this.jobs.run(delivery);
    } catch (error) {
      if (codeOf(error) === 'model-broken') this.takeNoMore((error as Error).message);
      throw error;
    }
  }

  private takeNoMore(reason: string): void {
    if (this.broken) return;
    this.broken = reason;
    this.logger.error(`takes no more jobs, the worker must be started again: ${reason}`);
    for (const consumer of this.started) void consumer.cancel();
  }

  /** Resolves while jobs can arrive. */
  async check(): Promise<void> {
    if (this.broken) throw new Error(this.broken);
    await Promise.all(this.started.map((consumer) => consumer.check()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    const startedAt = performance.now();
    const limit = AbortSignal.timeout(this.settings.SHUTDOWN_TIMEOUT_MS);
    await Promise.all(this.started.map((consumer) => consumer.stop(limit)));
    this.logger.log(`drained in ${Math.round(performance.now() - startedAt)} ms`);
  }
}

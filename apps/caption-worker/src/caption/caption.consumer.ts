import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { captionJob, type CaptionRequested } from '@ekphrasis/contracts';
import { codeOf } from '@ekphrasis/errors';
import { FetchingSettings, PICTURE_FETCHER, type PictureFetcher } from '@ekphrasis/fetching';
import { Consumers, type Delivery, type JobConsumers } from '@ekphrasis/messaging';
import { CaptionWorkerSettings } from '../caption-worker.settings.js';
import { CaptionJobs } from './caption-job.service.js';
import { hostDeferrals } from './host-deferrals.js';

/**
 * Takes jobs: as many at once as two batches hold, beside those whose download is slow. On SIGTERM it finishes those in hand, within
 * the time that the settings allow.
 */
@Injectable()
export class CaptionConsumer implements OnApplicationBootstrap {
  private readonly logger = new Logger(CaptionConsumer.name);
  private started?: JobConsumers<CaptionRequested>;
  private isBroken = false;

  constructor(
    private readonly consumers: Consumers,
    private readonly jobs: CaptionJobs,
    @Inject(PICTURE_FETCHER) private readonly fetcher: PictureFetcher,
    @Inject(FetchingSettings) private readonly fetching: Pick<FetchingSettings, 'FETCH_SLOW_DOWNLOADS'>,
    @Inject(CaptionWorkerSettings) private readonly settings: CaptionWorkerSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.started = this.consumers.jobs(captionJob, {
      readiness: 'jobs',
      prefetch: 2 * this.settings.CAPTION_BATCH_SIZE,
      slow: this.fetching.FETCH_SLOW_DOWNLOADS,
      drainMs: this.settings.SHUTDOWN_TIMEOUT_MS,
      gate: hostDeferrals(this.fetcher.hosts),
      handle: (delivery) => this.handle(delivery),
      reportEarlier: (delivery) => this.jobs.reportEarlier(delivery),
    });
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
    if (this.isBroken) return;
    this.isBroken = true;
    this.logger.error(`takes no more jobs, the worker must be started again: ${reason}`);
    void this.started?.takeNoMore(reason);
  }
}

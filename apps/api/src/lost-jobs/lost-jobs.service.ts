import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Counter } from 'prom-client';
import { captionJobs } from '@ekphrasis/contracts';
import { QueueDepths } from '@ekphrasis/messaging';
import { Registry } from '@ekphrasis/observability';
import { OutboxRelay } from '@ekphrasis/outbox';
import { ApiSettings } from '../api.settings.js';
import { CaptionFront } from '../completions/caption-front.js';
import { LostJobsRepository } from './lost-jobs.repository.js';

const longestPauseMs = 60_000;
/** So many looks in the time after which a job is lost. */
const looksPerPatience = 5;
const batchSize = 1_000;

/**
 * Finds jobs that the broker no longer has, because a queue was deleted or purged while it held them or a disk was lost, and
 * sends them again: the database knows every image that has not ended. Sending one that was not lost after all is safe:
 * a worker finds its result and reports it again.
 */
@Injectable()
export class LostJobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LostJobs.name);
  private readonly requeued: Counter;
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<void>;
  private stopped = false;

  constructor(
    private readonly repository: LostJobsRepository,
    private readonly front: CaptionFront,
    private readonly depths: QueueDepths,
    private readonly relay: OutboxRelay,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'LOST_JOB_AFTER_MS'>,
    registry: Registry,
  ) {
    this.requeued = new Counter({
      name: 'ekphrasis_requeued_images_total',
      help: 'Images whose jobs were lost and sent again by this replica',
      registers: [registry],
    });
  }

  onApplicationBootstrap(): void {
    const everyMs = Math.min(this.settings.LOST_JOB_AFTER_MS / looksPerPatience, longestPauseMs);
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweep().finally(() => (this.sweeping = undefined));
    }, everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Looks how far workers have come, and sends again what they should have come to long ago. Never rejects. */
  async sweep(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.front.lookAnew();
      this.logger.debug(`cannot look for lost jobs: ${(error as Error).message}`);
      return;
    }
    const before = this.front.before(this.settings.LOST_JOB_AFTER_MS);
    if (before) await this.requeue(before);
  }

  private async look(): Promise<void> {
    // in this order, which is the messages' own: whatever leaves the outbox after the first look is seen by the second
    const outbox = await this.repository.lookAtOutbox();
    const depths = await this.depths.read();
    const waiting = [...depths.values()].reduce((sum, depth) => sum + depth.waiting, 0);
    // a queue without a leader tells of no messages and no consumers; and without a worker there is no hurry
    const workers = depths.get(captionJobs.name)?.consumers ?? 0;
    if (outbox.isEmpty && waiting === 0 && workers > 0) this.front.reach(outbox.at);
    this.front.look();
  }

  private async requeue(before: Date): Promise<void> {
    try {
      for (let count = batchSize; count === batchSize && !this.stopped;) {
        count = await this.repository.requeue(before, batchSize);
        if (count === 0) return;
        this.requeued.inc(count);
        this.logger.warn(
          `${count} images have waited in vain since before ${before.toISOString()}: their jobs are sent again`,
        );
        this.relay.wake();
      }
    } catch (error) {
      this.logger.warn(`cannot send lost jobs again: ${(error as Error).message}`);
    }
  }
}

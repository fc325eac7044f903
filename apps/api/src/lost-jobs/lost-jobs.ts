import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Counter } from 'prom-client';
import type { QueueDepth, QueueDepths } from '@ekphrasis/messaging';
import type { OutboxRelay, OutboxStore } from '@ekphrasis/outbox';
import { RepeatedWork } from '@ekphrasis/service';
import type { QueuePosition } from './queue-position.js';

const longestPauseMs = 60_000;
/** So many looks in the time after which a job is lost. */
const looksPerPatience = 5;
const batchSize = 1_000;

/** One kind of job, as far as its lost ones are looked for. */
export interface JobKind {
  /** What a job is about, in the plural, for log lines. */
  rows: string;
  /** Of its jobs in the outbox. */
  routingKey: string;
  /** Where its workers take jobs from. */
  jobQueue: string;
  /** Where its jobs, and what is reported of them, may wait: each with all queues whose names go on from it behind a dot. */
  queues: readonly string[];
  /** Sends the jobs of rows again that are unfinished and were last queued before then. @returns how many, `limit` at most */
  requeue: (before: Date, limit: number) => Promise<number>;
  /** Counts these. */
  requeued: Counter;
}

/** What it is looked with, whatever the kind. */
export interface JobSearch {
  outbox: OutboxStore;
  depths: QueueDepths;
  relay: OutboxRelay;
}

/**
 * Finds jobs of one kind that the broker no longer has, because a queue was deleted or purged while it held them or a disk was lost,
 * and sends them again: the database knows every row that has not ended. Sending one that was not lost after all is safe:
 * a worker finds its result and reports it again. A backlog of another kind changes nothing.
 */
export class LostJobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LostJobs.name);
  private readonly repeated: RepeatedWork;
  private stopped = false;

  /** @param lostAfterMs how long after workers have come to it a job is lost of which nothing was heard */
  constructor(
    private readonly kind: JobKind,
    private readonly position: QueuePosition,
    private readonly search: JobSearch,
    private readonly lostAfterMs: number,
  ) {
    this.repeated = new RepeatedWork(Math.min(lostAfterMs / looksPerPatience, longestPauseMs), () => this.sweep());
  }

  onApplicationBootstrap(): void {
    this.repeated.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.repeated.stop();
  }

  /** Looks how far workers have come, and sends again what they should have come to long ago. Never rejects. */
  async sweep(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      this.position.forgetSamples();
      this.logger.debug(`cannot look for lost jobs of ${this.kind.rows}: ${(error as Error).message}`);
      return;
    }
    const before = this.position.before(this.lostAfterMs);
    if (before) await this.requeue(before);
  }

  private async look(): Promise<void> {
    // in this order, which is the messages' own: whatever leaves the outbox after the first look is seen by the second
    const outbox = await this.search.outbox.look(this.kind.routingKey);
    const depths = await this.search.depths.read();
    // a queue without a leader tells of no messages and no consumers; and without a worker there is no hurry
    const workers = depths.get(this.kind.jobQueue)?.consumers ?? 0;
    if (outbox.isEmpty && this.waiting(depths) === 0 && workers > 0) this.position.advance(outbox.at);
    this.position.sample();
  }

  private waiting(depths: ReadonlyMap<string, QueueDepth>): number {
    const isOurs = (queue: string) => this.kind.queues.some((name) => queue === name || queue.startsWith(`${name}.`));
    return [...depths].reduce((sum, [queue, { waiting }]) => (isOurs(queue) ? sum + waiting : sum), 0);
  }

  private async requeue(before: Date): Promise<void> {
    try {
      for (let count = batchSize; count === batchSize && !this.stopped;) {
        count = await this.kind.requeue(before, batchSize);
        if (count === 0) return;
        this.kind.requeued.inc(count);
        this.logger.warn(
          `${count} ${this.kind.rows} have waited in vain since before ${before.toISOString()}: their jobs are sent again`,
        );
        this.search.relay.wake();
      }
    } catch (error) {
      this.logger.warn(`cannot send lost jobs of ${this.kind.rows} again: ${(error as Error).message}`);
    }
  }
}

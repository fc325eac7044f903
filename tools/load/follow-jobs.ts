import { setTimeout as delay } from 'node:timers/promises';
import { UnexpectedAnswerError, type ProductClient } from '../product/product-client.js';
import type { RunJob } from '../results/run-result.js';

/** Statuses asked for at the same time, and the pause before the next ones: few enough that asking does not slow down what is measured. */
const askedTogether = 8;
const pauseMs = 50;

/**
 * Waits for the results of jobs, which are added while it does. Statuses are asked for by turns; when a job ended the database's
 * clock says, so that asking seldom makes no latency longer.
 */
export class JobFollower {
  private readonly waiting: RunJob[] = [];
  private lastProgressAt = performance.now();
  private isComplete = false;

  /**
   * @param patienceMs how long no job may end before it gives up
   * @param onEnded called with each job that has ended
   */
  constructor(
    private readonly client: Pick<ProductClient, 'status'>,
    private readonly patienceMs: number,
    private readonly onEnded: (job: RunJob) => void,
  ) {}

  add(job: RunJob): void {
    this.lastProgressAt = performance.now();
    if (job.jobId !== undefined) this.waiting.push(job);
  }

  /** No job will be added any more. */
  complete(): void {
    this.isComplete = true;
  }

  /** @returns whether all jobs have ended; false where it has given up */
  async run(): Promise<boolean> {
    while (!this.isComplete || this.waiting.length > 0) {
      if (performance.now() - this.lastProgressAt > this.patienceMs) return false;
      const asked = this.waiting.splice(0, askedTogether);
      const ended = await Promise.all(asked.map((job) => this.ask(job)));
      this.waiting.push(...asked.filter((_, index) => !ended[index]));
      await delay(pauseMs);
    }
    return true;
  }

  /** @returns whether it has ended; a product that is away, or busy, is asked again */
  private async ask(job: RunJob): Promise<boolean> {
    try {
      const status = await this.client.status(job.jobId!);
      if (status.status !== 'completed' && status.status !== 'failed') return false;
      job.status = status.status;
      job.queuedAt = status.timestamp;
      if (status.started_at) job.startedAt = status.started_at;
      if (status.finished_at) job.finishedAt = status.finished_at;
      if (status.result?.error) job.error = status.result.error;
    } catch (error) {
      if (!(error instanceof UnexpectedAnswerError) || error.status !== 404) return false;
      job.status = 'failed';
      job.error = 'lost: the product does not know the job any more';
    }
    this.lastProgressAt = performance.now();
    this.onEnded(job);
    return true;
  }
}

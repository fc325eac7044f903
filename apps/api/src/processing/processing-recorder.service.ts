import { Injectable } from '@nestjs/common';
import { ProcessingDone, processingJob, processingRecorded, ProcessingStarted } from '@ekphrasis/contracts';
import { Publisher } from '@ekphrasis/messaging';
import { OutboxRelay } from '@ekphrasis/outbox';
import { DeadLettersRepository } from '../dead-letters/dead-letters.repository.js';
import { ProcessingQueuePosition } from '../lost-jobs/processing-queue-position.js';
import { ProcessingLifecycleRepository, type ChangedJobs } from './lifecycle/processing-lifecycle.repository.js';
import { ProcessingMetrics } from './processing.metrics.js';

/** What a worker may report about a processing job. */
export type ProcessingReport = ProcessingStarted | ProcessingDone;

/**
 * Makes what workers report durable and known: commit, then broadcast, and only then may the caller ack. Recording the same
 * report again changes nothing, and broadcasts again.
 */
@Injectable()
export class ProcessingRecorder {
  constructor(
    private readonly lifecycle: ProcessingLifecycleRepository,
    private readonly deadLetters: DeadLettersRepository,
    private readonly position: ProcessingQueuePosition,
    private readonly publisher: Publisher,
    private readonly relay: OutboxRelay,
    private readonly metrics: ProcessingMetrics,
  ) {}

  async record(reports: ProcessingReport[]): Promise<void> {
    const done = latestOf(reports, ProcessingDone);
    const ended = new Set(done.map(({ jobId }) => jobId));
    // a start whose end came with it would be overwritten at once, and the end tells it too
    const started = latestOf(reports, ProcessingStarted).filter(({ jobId }) => !ended.has(jobId));
    this.passed(await this.lifecycle.start(started));
    const completed = await this.lifecycle.complete(done);
    this.passed(completed);
    this.metrics.completed(completed.secondsSinceQueued);
    if (done.length > 0) {
      this.relay.wake();
      // after the commit: nobody has anything to do about these any more
      await this.deadLetters.forgetRows(processingJob.queues.dead.name, [...ended]);
    }
    const jobIds = [...started, ...done].map(({ jobId }) => jobId);
    if (jobIds.length > 0) await this.publisher.send(processingRecorded, { jobIds }, { transient: true });
  }

  /** Workers have come as far as what they report was queued. */
  private passed({ newestQueuedAt }: ChangedJobs): void {
    if (newestQueuedAt) this.position.advance(newestQueuedAt);
  }
}

/** One a job, since a statement cannot update a row twice; in one order, so that replicas never wait each for the other's rows. */
function latestOf<T extends ProcessingReport>(reports: ProcessingReport[], kind: new () => T): T[] {
  const ofKind = reports.filter((report): report is T => report instanceof kind);
  const latest = new Map(ofKind.map((report) => [report.jobId, report]));
  return [...latest.values()].sort((one, other) => (one.jobId < other.jobId ? -1 : 1));
}

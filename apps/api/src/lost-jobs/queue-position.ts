/**
 * How far workers have come in the queue of one kind of job, as this replica can tell: every job that was queued before the position
 * has left the broker's queues for a worker, or is lost. Workers take jobs in the order in which they were queued, so each
 * that one reports advances the position to it; and where nothing waits any more, the position is now.
 *
 * A job that was passed a long time ago, longer than all its attempts may take, and of which nobody has told the
 * end since, is lost. A long backlog is not passed, however long it waits.
 */
export class QueuePosition {
  private position?: Date;
  /** Earlier positions, the oldest first; times are those of `performance.now()`. */
  private samples: { at: number; position: Date }[] = [];

  /** @param queuedAt when a job was first queued that a worker has reported; an earlier one changes nothing */
  advance(queuedAt: Date): void {
    if (!this.position || queuedAt > this.position) this.position = queuedAt;
  }

  /** Remembers the position of now. */
  sample(): void {
    if (this.position) this.samples.push({ at: performance.now(), position: this.position });
  }

  /** Forgets earlier positions: the time before does not count, for jobs could not move while the broker was away. */
  forgetSamples(): void {
    this.samples = [];
  }

  /** @returns the position at the latest sample that is at least `ms` old; undefined where there is none */
  before(ms: number): Date | undefined {
    const then = performance.now() - ms;
    const latest = this.samples.findLastIndex(({ at }) => at <= then);
    if (latest > 0) this.samples.splice(0, latest);
    return latest < 0 ? undefined : this.samples[0]?.position;
  }
}

import { Injectable } from '@nestjs/common';

/**
 * How far workers have come in the queue, as this replica can tell: every job that was queued before the front has left the
 * broker's queues for a worker, or is lost. Workers take jobs in the order in which they were queued, so each image that one
 * reports moves the front up to it; and where nothing waits any more, the front is now.
 *
 * A job that was behind the front a long time ago, longer than all its attempts may take, and of which nobody has told the
 * end since, is lost. A long backlog is before the front, however long it waits.
 */
@Injectable()
export class CaptionFront {
  private front?: Date;
  /** Where the front was at earlier looks, the oldest first; times are those of `performance.now()`. */
  private looks: { at: number; front: Date }[] = [];

  /** @param queuedAt when the newest of some images was first queued that workers have reported; undefined where there are none */
  reach(queuedAt: Date | null | undefined): void {
    if (queuedAt && !(this.front && queuedAt <= this.front)) this.front = queuedAt;
  }

  /** Remembers where the front is now. */
  look(): void {
    if (this.front) this.looks.push({ at: performance.now(), front: this.front });
  }

  /** Forgets earlier looks: the time before does not count, for jobs could not move while the broker was away. */
  lookAnew(): void {
    this.looks = [];
  }

  /** @returns where the front was at the latest look that is at least `ms` ago; undefined where there was none */
  before(ms: number): Date | undefined {
    const then = performance.now() - ms;
    const latest = this.looks.findLastIndex(({ at }) => at <= then);
    if (latest > 0) this.looks.splice(0, latest);
    return latest < 0 ? undefined : this.looks[0]?.front;
  }
}

/** So many failures one after the other make a receiver doubtful. */
const failuresThatDoubt = 5;
/** An attempt that has had no answer for so long makes its receiver doubtful until it has one. */
const slowAfterMs = 1_000;
/** Attempts at a time to one receiver: that answers, that nothing is known of yet, that is doubtful. */
const placesByTrust = { proven: 32, new: 2, doubtful: 1 } as const;

/** How much is to be expected of a receiver. */
export type Trust = keyof typeof placesByTrust;

/**
 * What a scheduler knows of one webhook: when something of it is due, and how its receiver does. It is the receiver's circuit breaker.
 *
 * State machine of its trust:
 *   new, proven -> (five failures in a row, or no answer for a second) -> doubtful: one attempt at a time, and a pause before the next
 *   new, doubtful -> (a delivery within a second) -> proven
 */
export class Lane {
  /** When there may be something to deliver, in milliseconds of `Date.now()`; Infinity where nothing is known of. */
  dueAt = Infinity;
  private readonly startedAt = new Set<{ at: number }>();
  private failuresInARow = 0;
  private isProven = false;
  private isSlow = false;
  private lastEndedAt = 0;

  /** @param hasFailed whether a delivery of it is known to have failed before */
  constructor(
    readonly webhookId: string,
    hasFailed = false,
  ) {
    if (hasFailed) this.failuresInARow = failuresThatDoubt;
  }

  get inFlight(): number {
    return this.startedAt.size;
  }

  /** Attempts that have had no answer for a second. They are in the order in which they began. */
  slowInFlight(now: number): number {
    let count = 0;
    for (const { at } of this.startedAt) {
      if (now - at <= slowAfterMs) break;
      count += 1;
    }
    return count;
  }

  trust(now: number): Trust {
    if (this.isSlow || this.failuresInARow >= failuresThatDoubt || this.slowInFlight(now) > 0) return 'doubtful';
    return this.isProven ? 'proven' : 'new';
  }

  /** How many attempts may begin now. @param pauseMs from the end of a doubtful receiver's attempt to the next one */
  places(now: number, pauseMs: number): number {
    const trust = this.trust(now);
    if (trust === 'doubtful' && now - this.lastEndedAt < pauseMs) return 0;
    return Math.max(0, placesByTrust[trust] - this.inFlight);
  }

  /** Something is due then, if not earlier. */
  dueBy(at: number): void {
    this.dueAt = Math.min(this.dueAt, at);
  }

  /** An attempt begins. @returns to be called when it has ended */
  begin(now: number): (wasDelivered: boolean, endedAt: number) => void {
    const started = { at: now };
    this.startedAt.add(started);
    return (wasDelivered, endedAt) => {
      this.startedAt.delete(started);
      this.lastEndedAt = endedAt;
      this.isSlow = endedAt - started.at > slowAfterMs;
      this.failuresInARow = wasDelivered ? 0 : this.failuresInARow + 1;
      if (wasDelivered && !this.isSlow) this.isProven = true;
    };
  }
}

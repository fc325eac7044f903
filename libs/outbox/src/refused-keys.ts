const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * The routing keys whose messages the broker refused of late: their queue is gone, or full. Each is paused for a second after
 * its first refusal, twice as long after each further one, half a minute at most, and is as any other once a message gets through.
 */
export class RefusedKeys {
  private readonly refusals = new Map<string, { pauseMs: number; until: number }>();

  /** Refusals of what was sent together count once. */
  refused(key: string, now = Date.now()): void {
    const earlier = this.refusals.get(key);
    if (earlier && earlier.until > now) return;
    const pauseMs = earlier ? Math.min(2 * earlier.pauseMs, longestPauseMs) : firstPauseMs;
    this.refusals.set(key, { pauseMs, until: now + pauseMs });
  }

  gotThrough(key: string): void {
    this.refusals.delete(key);
  }

  /** How many keys there are. */
  get count(): number {
    return this.refusals.size;
  }

  /** Those that are paused now. */
  paused(now = Date.now()): string[] {
    return [...this.refusals].filter(([, { until }]) => until > now).map(([key]) => key);
  }
}

/** Begins something at a steady rate, whether or not what was begun earlier has ended. */
export class Pace {
  private readonly pending = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private readonly startedAt = performance.now();
  private begun = 0;

  /** @param begin the n-th, from 0; it must not reject */
  constructor(
    private readonly perSecond: number,
    private readonly begin: (number: number) => Promise<unknown>,
  ) {
    this.timer = setInterval(() => this.beginWhatIsDue(), 10);
  }

  /** Begins no more, and waits for what was begun. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.pending);
  }

  private beginWhatIsDue(): void {
    const due = Math.floor(((performance.now() - this.startedAt) / 1000) * this.perSecond);
    for (; this.begun < due; this.begun += 1) {
      const begun: Promise<void> = this.begin(this.begun).then(() => void this.pending.delete(begun));
      this.pending.add(begun);
    }
  }
}

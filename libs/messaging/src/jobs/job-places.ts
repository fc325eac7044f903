/** Jobs looked at beside the usual ones while nearly all that come are only deferred. */
const skimmedAtOnce = 1_000;
/** Consumers that hold the places of slow jobs, at most: each takes a quarter of the usual number. */
const shares = 4;

export interface JobPlacesOptions {
  /** Jobs in hand that are not slow. */
  usual: number;
  /** Slow jobs beside them, at most. */
  slow: number;
  /** Has the broker give so many more: a consumer for each number. */
  extend: (prefetches: readonly number[]) => void;
}

/**
 * How many jobs a consumer asks the broker for: its usual number, as many more as are only waiting for somebody slow, and a
 * thousand more while it skims, because every job of late was deferred without being tried.
 */
export class JobPlaces {
  private readonly share: number;
  private readonly mostShares: number;
  private slow = 0;
  private inARow = 0;
  private asked: readonly number[] = [];

  constructor(private readonly options: JobPlacesOptions) {
    this.share = Math.max(1, Math.floor(options.usual / shares));
    this.mostShares = Math.floor(options.slow / this.share);
  }

  /** A job waits for somebody slow, or does so no longer. */
  slowChanged(isSlow: boolean): void {
    this.slow += isSlow ? 1 : -1;
    this.ask();
  }

  /** A job came that is deferred without being tried. */
  deferred(): void {
    this.inARow += 1;
    if (this.inARow === 2 * this.options.usual) this.ask();
  }

  /** A job came that is to be tried. @param held jobs in hand, this one with them @returns whether there is a place for it */
  hasPlaceFor(held: number): boolean {
    const skimmed = this.isSkimming;
    this.inARow = 0;
    if (skimmed) this.ask();
    return held - Math.min(this.slow, this.options.slow) <= this.options.usual + this.options.slow;
  }

  /** The broker knows of none but the usual places: it was subscribed to anew. */
  begin(): void {
    this.asked = [];
    this.inARow = 0;
    this.ask();
  }

  private get isSkimming(): boolean {
    return this.inARow >= 2 * this.options.usual;
  }

  private ask(): void {
    const count = Math.min(Math.floor(this.slow / this.share), this.mostShares);
    const prefetches = [
      ...Array.from({ length: count }, () => this.share),
      ...(this.isSkimming ? [skimmedAtOnce] : []),
    ];
    if (prefetches.join() === this.asked.join()) return;
    this.asked = prefetches;
    this.options.extend(prefetches);
  }
}

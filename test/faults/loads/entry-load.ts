import { Entries, type Entry } from './entries.js';
import type { Pace } from './pace.js';

/** What all loads have that keep one entry for each request. */
export abstract class EntryLoad<Each extends Entry> {
  readonly entries = new Entries<Each>();
  protected abstract readonly pace: Pace;

  /** @param what is asked for, in the plural: for messages */
  protected constructor(private readonly what: string) {}

  get submitted(): number {
    return this.entries.all.length;
  }

  get accepted(): number {
    return this.entries.accepted.length;
  }

  get ended(): number {
    return this.entries.ended;
  }

  untilAccepted(count: number, within?: number): Promise<void> {
    return this.entries.untilAccepted(this.what, count, within);
  }

  stop(): Promise<void> {
    return this.pace.stop();
  }

  /** What got no answer is not repeated: it would be another one. */
  settle(within: number): Promise<void> {
    return this.entries.untilEnded(this.what, within);
  }

  lastEndOf(askedBefore: number): number {
    return this.entries.lastEndOf(askedBefore);
  }
}

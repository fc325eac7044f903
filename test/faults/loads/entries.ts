import { until } from '../../support/until.js';
import { percentile } from '../report/percentile.js';
import type { Latency } from './load.js';

/** One thing that a client asked for. Times are of `performance.now()`. */
export interface Entry {
  readonly sentAt: number;
  answeredAt?: number;
  /** Whether it was answered as accepted, at first or when it was repeated. */
  isAccepted: boolean;
  /** Why it was not accepted at first: a status, or what became of the connection. */
  refusal?: string;
  endedAt?: number;
}

/** All that the clients of one load asked for. */
export class Entries<T extends Entry> {
  readonly all: T[] = [];

  get accepted(): T[] {
    return this.all.filter(({ isAccepted }) => isAccepted);
  }

  /** Accepted, and not known to have ended. */
  get open(): T[] {
    return this.all.filter(({ isAccepted, endedAt }) => isAccepted && endedAt === undefined);
  }

  get ended(): number {
    return this.all.filter(({ endedAt }) => endedAt !== undefined).length;
  }

  get acceptedAtOnce(): number {
    return this.accepted.filter(({ refusal }) => refusal === undefined).length;
  }

  async untilAccepted(what: string, count: number, within = 30_000): Promise<void> {
    const goal = this.accepted.length + count;
    await until(`${count} more ${what} are accepted`, () => this.accepted.length >= goal, { within });
  }

  /** Resolves when all that is accepted now has ended. */
  async untilEnded(what: string, within: number): Promise<void> {
    const open = this.open;
    await until(`all ${what} have ended`, () => open.every(({ endedAt }) => endedAt !== undefined), { within });
  }

  lastEndOf(askedBefore: number): number {
    const ends = this.all.filter(({ sentAt }) => sentAt < askedBefore).flatMap(({ endedAt }) => endedAt ?? []);
    return Math.max(0, ...ends);
  }

  get answerMs(): Latency {
    return latencyOf(this.all.map(({ sentAt, answeredAt }) => (answeredAt ?? Infinity) - sentAt));
  }

  get endedMs(): Latency {
    return latencyOf(this.all.flatMap(({ sentAt, endedAt }) => (endedAt === undefined ? [] : endedAt - sentAt)));
  }
}

export function latencyOf(milliseconds: readonly number[]): Latency {
  return { p50: percentile(milliseconds, 0.5), p99: percentile(milliseconds, 0.99) };
}

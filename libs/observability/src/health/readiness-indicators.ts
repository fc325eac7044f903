import { Global, Injectable, Module } from '@nestjs/common';
import type { ReadinessIndicator } from './readiness-indicator.js';

/** What parts of an app say of their readiness themselves: each adds its own indicator, so that nobody lists them. */
@Injectable()
export class ReadinessIndicators {
  private readonly added = new Set<ReadinessIndicator>();

  /** @returns a function that takes it away again */
  add(indicator: ReadinessIndicator): () => void {
    this.added.add(indicator);
    return () => void this.added.delete(indicator);
  }

  /** `others` and those that were added; several of one name are one, which is well when all of them are. */
  with(others: readonly ReadinessIndicator[]): ReadinessIndicator[] {
    const byName = new Map<string, ReadinessIndicator[]>();
    for (const each of [...others, ...this.added]) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
    return [...byName].map(([name, indicators]) => ({
      name,
      check: async (signal) => void (await Promise.all(indicators.map((each) => each.check(signal)))),
    }));
  }
}

/** One register for an app, whoever imports it. */
@Global()
@Module({ providers: [ReadinessIndicators], exports: [ReadinessIndicators] })
export class ReadinessModule {}

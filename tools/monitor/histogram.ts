/** A histogram of Prometheus: how many values were not above each bound, the last of which is infinite. */
export interface Histogram {
  bounds: number[];
  /** Cumulative, one a bound. */
  counts: number[];
}

/**
 * Reads one out of `GET /metrics`; series with different labels are added up.
 *
 * @returns undefined where it is not there
 */
export function readHistogram(metrics: string, name: string): Histogram | undefined {
  const counts = new Map<number, number>();
  for (const [, bound, count] of metrics.matchAll(
    new RegExp(`^${name}_bucket\\{[^}]*\\ble="([^"]+)"[^}]*\\} (\\S+)`, 'gm'),
  )) {
    const limit = bound === '+Inf' ? Infinity : Number(bound);
    counts.set(limit, (counts.get(limit) ?? 0) + Number(count));
  }
  if (counts.size === 0) return undefined;
  const bounds = [...counts.keys()].toSorted((one, other) => one - other);
  return { bounds, counts: bounds.map((bound) => counts.get(bound)!) };
}

/** What came since; all of it where the process was started anew in between. */
export function sinceThen(now: Histogram, before: Histogram | undefined): Histogram {
  const last = now.counts.length - 1;
  if (!before || before.counts.length !== now.counts.length || before.counts[last]! > now.counts[last]!) return now;
  return { bounds: now.bounds, counts: now.counts.map((count, index) => count - before.counts[index]!) };
}

/** How many values it has. */
export function countOf({ counts }: Histogram): number {
  return counts.at(-1) ?? 0;
}

/**
 * Estimates a percentile as `histogram_quantile` of Prometheus does: evenly spread within a bucket; what lies above the last finite bound counts as that.
 *
 * @param share 0 to 1 @returns NaN where there are no values
 */
export function quantileOf(histogram: Histogram, share: number): number {
  const { bounds, counts } = histogram;
  const rank = share * countOf(histogram);
  if (countOf(histogram) === 0) return NaN;
  const index = counts.findIndex((count) => count >= rank);
  const [lower, upper] = [bounds[index - 1] ?? 0, bounds[index]!];
  if (!Number.isFinite(upper)) return lower;
  const below = counts[index - 1] ?? 0;
  const within = counts[index]! - below;
  return within === 0 ? lower : lower + ((upper - lower) * (rank - below)) / within;
}

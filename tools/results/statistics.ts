/** Percentiles of one figure, in its own unit; NaN where there are no values. */
export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
  largest: number;
}

export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    largest: sorted.at(-1) ?? NaN,
  };
}

/**
 * The smallest of the values that at least this share of them does not exceed (nearest rank).
 *
 * @param sorted ascending
 * @param share above 0, up to 1
 */
export function percentile(sorted: readonly number[], share: number): number {
  // of 100 values the 95th, although 0.95 * 100 may come out as a little more than 95
  return sorted[Math.max(0, Math.ceil(sorted.length * share - 1e-9) - 1)] ?? NaN;
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How much of the line the intervals cover together; what is covered twice counts once. */
export function coveredLength(intervals: readonly (readonly [from: number, to: number])[]): number {
  let covered = 0;
  let end = -Infinity;
  for (const [from, to] of intervals.toSorted(([one], [other]) => one - other)) {
    if (to <= end) continue;
    covered += to - Math.max(from, end);
    end = to;
  }
  return covered;
}

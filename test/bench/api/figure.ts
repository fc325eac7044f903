/** What one figure has to reach. */
export type Target = { atLeast: number } | { atMost: number };

/** One measured number. */
export interface Figure {
  part: Part;
  /** What was measured, in words. */
  name: string;
  value: number;
  /** E.g. `1/s`, `ms`, `MB`; `×` for a ratio. */
  unit: string;
  target?: Target;
}

/** The parts of the benchmark, in the order in which they run. */
export const parts = ['post', 'relay', 'completions', 'registry', 'contention', 'latency'] as const;
export type Part = (typeof parts)[number];

export function isMet({ value, target }: Figure): boolean | undefined {
  if (!target) return undefined;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

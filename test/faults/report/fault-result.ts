import type { LoadResult } from '../loads/load.js';
import type { TimelineMark, TimelinePoint } from '../watch/timeline.js';

/** One row of the table, with a line for each load. */
export interface FaultResult {
  name: string;
  title: string;
  loads: LoadResult[];
  /** Infinity where that never came. From the end of the fault until everybody is ready and everything accepted before that end has ended. */
  secondsToRecover: number;
  /** Bytes: the most that any API, and any other process of the product, had in RAM. */
  peakMemory: { api: number; worker: number };
  /** What this fault's row promises beside the counts, and did not hold. */
  findings: string[];
  points: TimelinePoint[];
  marks: TimelineMark[];
}

/** A row that could not be run, with the reason. It is not green. */
export interface FaultNotRun {
  name: string;
  title: string;
  notRun: string;
  /** Whether that was to be expected: `--quick`, or a row that another command runs. */
  leftOut: boolean;
}

export type Row = FaultResult | FaultNotRun;

/** Whether a row was run and everything in it is as promised. */
export function isGreen(row: Row): boolean {
  if ('notRun' in row) return false;
  const found = row.loads.flatMap(({ lost, duplicated, unexpected }) => [lost, duplicated, unexpected]);
  return [row.findings, ...found].every((each) => each.length === 0);
}

/** Whether all rows that were not left out are green, and there is one. */
export function isPassed(rows: readonly Row[]): boolean {
  const run = rows.filter((row) => !('notRun' in row && row.leftOut));
  return run.length > 0 && run.every(isGreen);
}

export function secondsText({ secondsToRecover }: FaultResult): string {
  return Number.isFinite(secondsToRecover) ? secondsToRecover.toFixed(1) : '∞';
}

import type { RunResult } from './run-result.js';
import { latencyOf, summaryOf, type RunSummary } from './summary.js';
import { medianOf, percentilesOf, type Percentiles } from './statistics.js';

/** All runs of one kind with the same number of workers, taken together. */
export interface ComparedRuns {
  tool: RunResult['tool'];
  /** null where nobody said. */
  workers: number | null;
  runs: number;
  images: number;
  /** Median of the runs, images/s. */
  throughput: number;
  /** Of all images together, seconds. */
  latency: Percentiles;
  /** The most that any of them saw. */
  largestQueue: number;
  /** Median of the runs, share of the machine's cores; NaN where no run saw the processes. */
  utilisation: number;
  failed: number;
}

/** @returns by tool and by number of workers, ascending */
export function compareRuns(runs: readonly RunResult[]): ComparedRuns[] {
  const groups = new Map<string, RunResult[]>();
  for (const run of runs) {
    const key = `${run.tool} ${run.workers}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()]
    .map(compared)
    .toSorted((one, other) => one.tool.localeCompare(other.tool) || (one.workers ?? -1) - (other.workers ?? -1));
}

function compared(runs: RunResult[]): ComparedRuns {
  const summaries = runs.map(summaryOf);
  const sum = (value: (summary: RunSummary) => number): number =>
    summaries.reduce((total, summary) => total + value(summary), 0);
  const completed = runs.flatMap(({ jobs }) => jobs.filter(({ status }) => status === 'completed'));
  const seen = summaries.flatMap(({ utilisation: { cores } }, index) =>
    Number.isFinite(cores) ? cores / runs[index]!.cores : [],
  );
  return {
    tool: runs[0]!.tool,
    workers: runs[0]!.workers,
    runs: runs.length,
    images: sum(({ images }) => images),
    throughput: medianOf(summaries.map(({ throughput }) => throughput)),
    latency: percentilesOf(completed.flatMap((job) => latencyOf(job) ?? [])),
    largestQueue: summaries.reduce((largest, { queue }) => Math.max(largest, queue.largest), 0),
    utilisation: medianOf(seen),
    failed: sum(({ failed }) => failed),
  };
}

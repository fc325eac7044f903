import type { RunJob, RunResult } from './run-result.js';
import { coveredLength, meanOf, percentilesOf, type Percentiles } from './statistics.js';

/** What a run came to. */
export interface RunSummary {
  images: number;
  completed: number;
  /** Failed on a worker, refused by the API, or not ended when the tool gave up. */
  failed: number;
  failures: Record<string, number>;
  /** From the first upload's start to the last result. */
  seconds: number;
  /** Completed images a second, over that time. */
  throughput: number;
  /** Seconds from an upload's start to its result, of those that completed. */
  latency: Percentiles;
  queue: { largest: number; mean: number; largestUnfinished: number };
  utilisation: Utilisation;
}

/** How busy the image workers were. */
export interface Utilisation {
  /** Share of the run in which at least one job was in their hands, 0 to 1. */
  busy: number;
  /** Cores that they used, on average and at most; NaN where their processes were not seen. */
  cores: number;
  largestCores: number;
}

/** Seconds from the start of its upload to its result: both parts are measured by one clock each. Undefined where it has none. */
export function latencyOf({ uploadMs, queuedAt, finishedAt }: RunJob): number | undefined {
  if (queuedAt === undefined || finishedAt === undefined) return undefined;
  return (uploadMs + Math.max(0, Date.parse(finishedAt) - Date.parse(queuedAt))) / 1000;
}

/**
 * When the run began, in milliseconds of the product's clock; NaN where no job was taken. An upload is answered after its job was
 * queued, so each job says that it was no earlier than this, and the latest such time is the nearest.
 */
export function beginningOf(jobs: readonly RunJob[]): number {
  const starts = jobs.flatMap(({ queuedAt, uploadMs, sentAtMs }) =>
    queuedAt === undefined ? [] : [Date.parse(queuedAt) - uploadMs - sentAtMs],
  );
  return starts.length === 0 ? NaN : starts.reduce((latest, start) => Math.max(latest, start));
}

export function summaryOf({ jobs, samples }: RunResult): RunSummary {
  const completed = jobs.filter(({ status }) => status === 'completed');
  const ends = jobs.flatMap(({ finishedAt }) => (finishedAt === undefined ? [] : [Date.parse(finishedAt)]));
  const beginning = beginningOf(jobs);
  const seconds = ends.length === 0 ? 0 : (ends.reduce((one, other) => Math.max(one, other)) - beginning) / 1000;
  const waiting = samples.flatMap((sample) => sample.waiting ?? []);
  return {
    images: jobs.length,
    completed: completed.length,
    failed: jobs.length - completed.length,
    failures: failuresOf(jobs),
    seconds,
    throughput: seconds > 0 ? completed.length / seconds : 0,
    latency: percentilesOf(completed.flatMap((job) => latencyOf(job) ?? [])),
    queue: {
      largest: waiting.reduce((one, other) => Math.max(one, other), 0),
      mean: waiting.length === 0 ? 0 : meanOf(waiting),
      largestUnfinished: samples.reduce((largest, { unfinished }) => Math.max(largest, unfinished), 0),
    },
    utilisation: utilisationOf(jobs, samples, seconds),
  };
}

function failuresOf(jobs: readonly RunJob[]): Record<string, number> {
  const failures: Record<string, number> = {};
  for (const { status, error } of jobs) {
    if (status === 'completed') continue;
    const reason = error ?? status;
    failures[reason] = (failures[reason] ?? 0) + 1;
  }
  return failures;
}

function utilisationOf(jobs: readonly RunJob[], samples: RunResult['samples'], seconds: number): Utilisation {
  const inHand = jobs.flatMap(({ startedAt, finishedAt }) =>
    startedAt === undefined || finishedAt === undefined
      ? []
      : [[Date.parse(startedAt), Date.parse(finishedAt)] as const],
  );
  const cores = samples.flatMap(({ atMs, workerCores }) =>
    workerCores === null || atMs > (seconds + 0.5) * 1000 ? [] : [workerCores],
  );
  return {
    busy: seconds > 0 ? Math.min(1, coveredLength(inHand) / 1000 / seconds) : 0,
    cores: cores.length === 0 ? NaN : meanOf(cores),
    largestCores: cores.length === 0 ? NaN : cores.reduce((one, other) => Math.max(one, other)),
  };
}

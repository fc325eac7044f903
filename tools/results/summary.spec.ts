import { compareRuns } from './comparison.js';
import type { RunJob, RunResult, RunSample } from './run-result.js';
import { summaryOf } from './summary.js';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();

/** Sent at 0, taken after 0.5 s, begun a second later. */
function job(overrides: Partial<RunJob> = {}): RunJob {
  return {
    ...{ fileName: 'a.jpeg', operations: 'resize', bytes: 1000, width: 10, height: 10, sentAtMs: 0, uploadMs: 500 },
    ...{ status: 'completed', jobId: 'a', queuedAt: at(0.5), startedAt: at(1.5), finishedAt: at(2.5) },
    ...overrides,
  };
}

function run(jobs: RunJob[], overrides: Partial<RunResult> = {}): RunResult {
  const usual = { version: 1, tool: 'bulk-upload', startedAt: at(0), workers: 2, cores: 2, command: '' } as const;
  return { ...usual, jobs, samples: [], peakMemory: {}, ...overrides };
}

const sample = (atMs: number, overrides: Partial<RunSample>): RunSample => ({
  ...{ atMs, waiting: 0, unfinished: 0, workerCores: null },
  ...overrides,
});

it('measures latency from the start of the upload to the result, and throughput to the last result', () => {
  const later = job({ sentAtMs: 1000, queuedAt: at(1.5), startedAt: at(2.5), finishedAt: at(10) });
  const summary = summaryOf(run([job(), later]));
  expect(summary).toMatchObject({ images: 2, completed: 2, failed: 0, seconds: 10, throughput: 0.2 });
  expect(summary.latency).toEqual({ p50: 2.5, p95: 9, p99: 9, largest: 9 });
});

it('does not need the clock of the product to be that of the tool', () => {
  const skewed = job({ queuedAt: at(7200.5), startedAt: at(7201.5), finishedAt: at(7202.5) });
  expect(summaryOf(run([skewed]))).toMatchObject({ seconds: 2.5, latency: { p50: 2.5 } });
});

it('counts as failed what failed on a worker, what the API refused and what did not end, by reason', () => {
  const jobs = [
    job(),
    job({ status: 'failed', error: 'picture-truncated' }),
    job({ status: 'refused', error: '503 busy', queuedAt: undefined, startedAt: undefined, finishedAt: undefined }),
    job({ status: 'unfinished', startedAt: undefined, finishedAt: undefined }),
  ];
  const failures = { 'picture-truncated': 1, '503 busy': 1, unfinished: 1 };
  expect(summaryOf(run(jobs))).toMatchObject({ images: 4, completed: 1, failed: 3, failures });
});

it('tells the largest queue and how busy workers were', () => {
  const samples = [
    sample(0, { waiting: 0 }),
    sample(500, { waiting: 8, unfinished: 12, workerCores: 1 }),
    sample(1000, { waiting: null, unfinished: 20, workerCores: 2 }),
    sample(9000, { waiting: 1, workerCores: 0 }),
  ];
  const summary = summaryOf(run([job()], { samples }));
  expect(summary.queue).toEqual({ largest: 8, mean: 3, largestUnfinished: 20 });
  // the last look came long after the end
  expect(summary.utilisation).toEqual({ busy: 0.4, cores: 1.5, largestCores: 2 });
});

it('has figures for a run of which nothing completed', () => {
  const summary = summaryOf(run([job({ status: 'refused', queuedAt: undefined, finishedAt: undefined })]));
  expect(summary).toMatchObject({ completed: 0, failed: 1, seconds: 0, throughput: 0 });
  expect(summary.latency.p50).toBeNaN();
});

it('takes the runs with the same number of workers together: the median of throughput, percentiles over all images', () => {
  const taking = (seconds: number, workers: number) => run([job({ finishedAt: at(seconds) })], { workers });
  const compared = compareRuns([taking(1, 3), taking(2, 1), taking(4, 1), taking(8, 1)]);
  expect(compared.map(({ workers, runs }) => ({ workers, runs }))).toEqual([
    { workers: 1, runs: 3 },
    { workers: 3, runs: 1 },
  ]);
  expect(compared[0]).toMatchObject({ throughput: 0.25, latency: { p50: 4, p95: 8 }, images: 3, failed: 0 });
});

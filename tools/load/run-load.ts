import { availableParallelism } from 'node:os';
import { shortNumber } from '../report/short-number.js';
import { imageWorkersOf } from '../product/process-figures.js';
import type { Product } from '../product/find-product.js';
import { ProductClient } from '../product/product-client.js';
import { ProgressBar } from '../report/progress-bar.js';
import type { RunJob, RunResult } from '../results/run-result.js';
import { ToolError } from '../tool-error.js';
import { JobFollower } from './follow-jobs.js';
import { RunSampler } from './run-sampler.js';
import { uploadAll, type PlannedUpload } from './upload-jobs.js';

/** What is sent at one time. */
export interface Wave {
  /** Since the run began. */
  atMs: number;
  uploads: PlannedUpload[];
  concurrency: number;
}

export interface LoadOptions {
  tool: RunResult['tool'];
  /** As the user says; else as many as are seen. */
  workers: number | undefined;
  waves: Wave[];
  /** How long no job may end before the tool gives up. */
  patienceMs: number;
}

/** Sends waves of uploads, waits for the result of each, and looks at the product meanwhile. */
export async function runLoad(product: Product, { tool, workers, waves, patienceMs }: LoadOptions): Promise<RunResult> {
  const client = new ProductClient(product);
  const seen = imageWorkersOf(product.processes).length;
  const startedAt = new Date().toISOString();
  const start = performance.now();
  const elapsedMs = (): number => performance.now() - start;
  const jobs: RunJob[] = [];
  const total = waves.reduce((sum, { uploads }) => sum + uploads.length, 0);
  const progress = new LoadProgress(total, elapsedMs);
  const follower = new JobFollower(client, patienceMs, () => progress.ended());
  const onUploaded = (job: RunJob): void => {
    jobs.push(job);
    follower.add(job);
    progress.uploaded(job.status === 'refused');
  };
  const sampler = new RunSampler(client, product, elapsedMs);
  sampler.start();
  const following = follower.run();
  await Promise.all(
    waves.map(async ({ atMs, uploads, concurrency }) => {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - elapsedMs())));
      await uploadAll(uploads, concurrency, { client, elapsedMs, onUploaded });
    }),
  );
  follower.complete();
  await following;
  await sampler.stop();
  progress.end();
  expectTaken(jobs, product);
  return {
    version: 1,
    tool,
    startedAt,
    workers: workers ?? (seen > 0 ? seen : null),
    cores: availableParallelism(),
    command: `npm run ${tool} -- ${process.argv.slice(2).join(' ')}`.trim(),
    jobs,
    samples: sampler.samples,
    peakMemory: Object.fromEntries(sampler.peakMemory),
  };
}

/** @throws ToolError where nothing was measured */
function expectTaken(jobs: RunJob[], { apiUrl }: Product): void {
  if (jobs.some(({ status }) => status !== 'refused')) return;
  throw new ToolError(
    'gave-up',
    `${apiUrl} took none of ${jobs.length} pictures: ${jobs[0]?.error ?? 'none were sent'}`,
  );
}

/** How far the run is. Jobs end while others are still uploaded, so both are in one line. */
class LoadProgress {
  private readonly bar: ProgressBar;
  private sentCount = 0;
  private endedCount = 0;

  constructor(
    private readonly total: number,
    private readonly elapsedMs: () => number,
  ) {
    this.bar = new ProgressBar('processed', total);
  }

  uploaded(isRefused: boolean): void {
    this.sentCount += 1;
    if (isRefused) this.endedCount += 1;
    this.show();
  }

  ended(): void {
    this.endedCount += 1;
    this.show();
  }

  end(): void {
    this.bar.end();
  }

  private show(): void {
    const rate = shortNumber(this.endedCount / Math.max(0.001, this.elapsedMs() / 1000));
    this.bar.show(this.endedCount, `uploaded ${this.sentCount}/${this.total}, ${rate} images/s`);
  }
}

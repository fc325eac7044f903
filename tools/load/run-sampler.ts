import type { Product } from '../product/find-product.js';
import { imageWorkersOf, readProcessFigures } from '../product/process-figures.js';
import type { ProductClient } from '../product/product-client.js';
import type { RunSample } from '../results/run-result.js';

const everyMs = 500;

/** Looks at queue, jobs and processes twice a second while a run goes on. A look that fails is left out. */
export class RunSampler {
  readonly samples: RunSample[] = [];
  /** The most that each process had, in bytes, with the processes that it started. */
  readonly peakMemory = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private last: { atMs: number; processorSeconds: number } | undefined;

  constructor(
    private readonly client: ProductClient,
    private readonly product: Product,
    private readonly elapsedMs: () => number,
  ) {}

  start(): void {
    this.lookOnce();
    this.timer = setInterval(() => this.lookOnce(), everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    await this.look();
  }

  /** The next look waits for its turn: a busy product is not asked twice at a time. */
  private lookOnce(): void {
    this.looking ??= this.look().finally(() => (this.looking = undefined));
  }

  private async look(): Promise<void> {
    const atMs = this.elapsedMs();
    const workerCores = this.workerCores(atMs);
    const metrics = await this.client.metrics().catch(() => undefined);
    if (!metrics) return;
    const { queued = 0, processing = 0 } = metrics.jobs.by_status;
    const waiting = metrics.queues.task_queue?.messages ?? null;
    this.samples.push({ atMs, waiting, unfinished: queued + processing, workerCores });
  }

  /** Cores that the image workers used since the last look; null where their processes are not seen. */
  private workerCores(atMs: number): number | null {
    const figures = readProcessFigures(this.product.processes);
    for (const { name, memoryBytes } of figures)
      this.peakMemory.set(name, Math.max(memoryBytes, this.peakMemory.get(name) ?? 0));
    const workers = imageWorkersOf(figures);
    if (workers.length === 0) return null;
    const processorSeconds = workers.reduce((sum, worker) => sum + worker.processorSeconds, 0);
    const before = this.last;
    this.last = { atMs, processorSeconds };
    if (!before || atMs <= before.atMs) return null;
    // a worker that was killed takes its time with it
    return Math.max(0, (processorSeconds - before.processorSeconds) / ((atMs - before.atMs) / 1000));
  }
}

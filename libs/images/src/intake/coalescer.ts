import { ServiceOverloadedError } from '../images.errors.js';

export interface CoalescerOptions {
  /** Most items of one flush. */
  batchSize: number;
  /** Flushes that may run at once: one by itself, so that it takes all that has come meanwhile, more for whole batches. */
  concurrency: number;
  /** Items that may wait; more are refused. */
  capacity: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** Lets calls that come together share one piece of work: the database's commit is paid once for many. */
export class Coalescer<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private running = 0;
  private scheduled = false;

  /** @param flush does the work for several items; its results are in their order */
  constructor(
    private readonly flush: (items: Item[]) => Promise<Result[]>,
    private readonly options: CoalescerOptions,
  ) {}

  /** @throws {ServiceOverloadedError} when too many wait already */
  add(item: Item): Promise<Result> {
    if (this.waiting.length >= this.options.capacity) return Promise.reject(new ServiceOverloadedError());
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  /** After the requests that were read from the sockets together have all come in. */
  private schedule(): void {
    if (this.scheduled || !this.mayRun) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.run();
    });
  }

  private get mayRun(): boolean {
    const { batchSize, concurrency } = this.options;
    return this.running === 0 || (this.running < concurrency && this.waiting.length >= batchSize);
  }

  private async run(): Promise<void> {
    const batch = this.waiting.splice(0, this.options.batchSize);
    if (batch.length === 0) return;
    this.running += 1;
    if (this.waiting.length > 0) this.schedule();
    try {
      const results = await this.flush(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.running -= 1;
      if (this.waiting.length > 0) this.schedule();
    }
  }
}

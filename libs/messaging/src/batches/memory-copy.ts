import { Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { MessageContract } from '@ekphrasis/contracts';
import type { Consumers } from '../consumers.js';

const retryPauseMs = 500;

export interface MemoryCopyOptions<T extends object> {
  /** What it is a copy of, for log lines and the health check: one word or two. */
  name: string;
  /** The broadcasts that tell of changes, each after its commit. */
  contracts: MessageContract<T>[];
  /** Reads all of it from the database, in the place of what was known. */
  load: () => Promise<void>;
  /** Takes in one change. */
  learn: (message: T) => void;
}

/**
 * Keeps a copy of what the database holds in this process's memory: binds to the broadcasts of changes first and loads then, at the start
 * (with the broker away, too) and each time the binding is in place anew. What was broadcast before the binding had been committed, so
 * the load sees it; what comes after, the broadcasts bring.
 */
export class MemoryCopy<T extends object> {
  private readonly logger: Logger;
  private stopped = false;
  /** Loads asked for and not yet done; they run one after the other. */
  private loads: Promise<void> = Promise.resolve();

  constructor(
    private readonly consumers: Consumers,
    private readonly options: MemoryCopyOptions<T>,
  ) {
    this.logger = new Logger(`MemoryCopy of ${options.name}`);
  }

  /** Resolves when all is loaded, however long the database is away. The broker is not waited for. */
  async start(): Promise<void> {
    const { name, contracts, learn } = this.options;
    this.consumers.broadcasts<T>({ readiness: name, contracts, onMessage: learn, onBound: () => this.loadLater() });
    await this.loadAnew();
  }

  /** Nothing is loaded any more. */
  stop(): void {
    this.stopped = true;
  }

  /** Loads all of it again; resolves when it is there, or the process ends. */
  async loadAnew(): Promise<void> {
    this.loadLater();
    await this.loads;
  }

  /** Runs `work` when the loads asked for before it are done, and before those asked for later: they replace what it reads. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.loads.then(work);
    this.loads = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  private loadLater(): void {
    this.loads = this.loads.then(() => this.load());
  }

  private async load(): Promise<void> {
    while (!this.stopped) {
      try {
        return await this.options.load();
      } catch (error) {
        this.logger.warn(`cannot load now: ${(error as Error).message}`);
        await pause(retryPauseMs);
      }
    }
  }
}

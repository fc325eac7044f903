import { Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { MaintenanceTurns } from './maintenance-turns.js';
import { RepeatedWork } from '@ekphrasis/service';

/** How often a replica asks whether it is its turn, in milliseconds. */
const askEveryMs = 60_000;
const pauseMs = 100;

export interface MaintenanceOptions {
  /** Of the task, in the table `maintenance` and in log lines. */
  name: string;
  /** From one turn to the next, of all replicas together, in milliseconds. */
  everyMs: number;
  /** The work, which yields after each page. */
  pages: (signal: AbortSignal) => AsyncIterable<unknown>;
}

/**
 * Work in the background that one replica at a time does, page by page with pauses in between, so that requests hardly notice.
 * A page that fails ends the turn; the next one begins anew.
 */
export class MaintenanceTask {
  private readonly logger: Logger;
  private readonly ending = new AbortController();
  private readonly repeated = new RepeatedWork(askEveryMs, () => this.work());

  constructor(
    private readonly turns: Pick<MaintenanceTurns, 'take' | 'hold'>,
    private readonly options: MaintenanceOptions,
  ) {
    this.logger = new Logger(options.name);
  }

  start(): void {
    this.repeated.start();
  }

  /** Ends at the next page; resolves then. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.repeated.stop();
  }

  private async work(): Promise<void> {
    const { name, everyMs, pages } = this.options;
    const { signal } = this.ending;
    try {
      if (!(await this.turns.take(name, everyMs))) return;
      const page = pages(signal)[Symbol.asyncIterator]();
      while (!(await page.next()).done) {
        await this.turns.hold(name, everyMs);
        await pause(pauseMs, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) this.logger.warn(`goes on at its next turn: ${(error as Error).message}`);
    }
  }
}

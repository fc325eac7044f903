import { Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { MaintenanceTurns } from './maintenance-turns.js';

/** How often a replica asks whether it is its turn. */
const lookEveryMs = 60_000;
const pausedMs = 100;

export interface MaintenanceOptions {
  name: string;
  /** From one turn to the next, of all replicas together. */
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
  private timer?: NodeJS.Timeout;
  private working?: Promise<void>;

  constructor(
    private readonly turns: MaintenanceTurns,
    private readonly options: MaintenanceOptions,
  ) {
    this.logger = new Logger(options.name);
  }

  start(): void {
    this.timer = setInterval(() => {
      this.working ??= this.work().finally(() => (this.working = undefined));
    }, lookEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.ending.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    const { name, everyMs, pages } = this.options;
    const { signal } = this.ending;
    try {
      if (!(await this.turns.take(name, everyMs))) return;
      const page = pages(signal)[Symbol.asyncIterator]();
      while (!(await page.next()).done) {
        await this.turns.hold(name, everyMs);
        await pause(pausedMs, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) this.logger.warn(`goes on at its next turn: ${(error as Error).message}`);
    }
  }
}

import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { TaskRpcSettings } from '../task-rpc.settings.js';
import { ProcessedRequests } from './processed-requests.repository.js';

const everyMs = 600_000;
const pageSize = 1_000;

/** Forgets served requests after their time, page by page; several processes share the pages. */
@Injectable()
export class RequestRetention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RequestRetention.name);
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private stopped = false;

  constructor(
    private readonly requests: ProcessedRequests,
    private readonly settings: TaskRpcSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.forget().finally(() => (this.running = undefined));
    }, everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  private async forget(): Promise<void> {
    try {
      while (!this.stopped && (await this.requests.forget(this.settings.RPC_RETAIN_HOURS, pageSize)) === pageSize);
    } catch (error) {
      this.logger.warn(`forgets requests at its next turn: ${(error as Error).message}`);
    }
  }
}

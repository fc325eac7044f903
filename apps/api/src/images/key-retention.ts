import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ImagesRepository } from './images.repository.js';

const keptHours = 24;
const everyMs = 600_000;

/** Forgets idempotency keys after a day. */
@Injectable()
export class KeyRetention implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(KeyRetention.name);
  private timer?: NodeJS.Timeout;

  constructor(private readonly repository: ImagesRepository) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.repository.forgetKeys(keptHours).catch((error: Error) => this.logger.warn(error.message));
    }, everyMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}

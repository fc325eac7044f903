import { Injectable } from '@nestjs/common';
import { OutboxRelay } from '@ekphrasis/outbox';
import { RetriesRepository } from './retries.repository.js';

const pageSize = 500;

/** Has failed images tried again: when its promises resolve, they and their jobs are committed. */
@Injectable()
export class Retries {
  constructor(
    private readonly repository: RetriesRepository,
    private readonly relay: OutboxRelay,
  ) {}

  /** @throws ImageNotFoundError; ImageNotFailedError; PictureRemovedError */
  async retry(imageId: number): Promise<void> {
    await this.repository.retry(imageId);
    this.relay.wake();
  }

  /**
   * All that have failed with a code until now, by pages; what fails again meanwhile is not among them. Cut short by an error, it
   * has done some of them: the same call again does the others.
   * @returns how many, `limit` at most
   */
  async retryAll(code: string, limit: number): Promise<number> {
    const before = await this.repository.now();
    let retried = 0;
    while (retried < limit) {
      const size = Math.min(pageSize, limit - retried);
      const count = await this.repository.retryAll(code, { before, limit: size });
      retried += count;
      this.relay.wake(count);
      if (count < size) break;
    }
    return retried;
  }
}

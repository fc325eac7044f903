import { Injectable } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { ImageNotFoundError, isOpenTo } from '@ekphrasis/images';
import { OutboxRelay } from '@ekphrasis/outbox';
import { Database, inTransaction, type Schema } from '@ekphrasis/persistence';
import { DeadLettersRepository } from '../dead-letters/dead-letters.repository.js';
import { ImageLifecycleRepository } from '../images/lifecycle/image-lifecycle.repository.js';
import { ImageNotFailedError, PictureRemovedError } from './retries.errors.js';
import { RetriesRepository, type FailedPage } from './retries.repository.js';

const pageSize = 500;

/** Has failed images tried again: when its promises resolve, they and their jobs are committed. */
@Injectable()
export class Retries {
  constructor(
    private readonly database: Database,
    private readonly repository: RetriesRepository,
    private readonly lifecycle: ImageLifecycleRepository,
    private readonly deadLetters: DeadLettersRepository,
    private readonly relay: OutboxRelay,
  ) {}

  /** @param caller a client's id; undefined for whoever has no key @throws ImageNotFoundError; ImageNotFailedError; PictureRemovedError */
  async retry(imageId: number, caller?: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const image = await this.lifecycle.lock(transaction, imageId);
      if (!image || !isOpenTo(caller, image)) throw new ImageNotFoundError('No image has this id');
      if (image.status !== 'failed') throw new ImageNotFailedError();
      if (image.url === null && image.pictureKey === null) throw new PictureRemovedError();
      await this.queueAnew(transaction, [imageId]);
    });
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
    // a page begins where the one before it ended: in the index lies all that was tried again, until it is vacuumed
    for (let after = 0; retried < limit;) {
      const size = Math.min(pageSize, limit - retried);
      const ids = await this.retryPage(code, { before, after, limit: size });
      retried += ids.length;
      this.relay.wake(ids.length);
      if (ids.length < size) break;
      after = ids.at(-1) ?? after;
    }
    return retried;
  }

  private retryPage(code: string, page: FailedPage): Promise<number[]> {
    return inTransaction(this.database, async (transaction) => {
      const ids = await this.repository.lockFailed(transaction, code, page);
      if (ids.length > 0) await this.queueAnew(transaction, ids);
      return ids;
    });
  }

  private async queueAnew(transaction: Transaction<Schema>, ids: number[]): Promise<void> {
    await this.deadLetters.forget(ids, transaction);
    await this.lifecycle.retry(transaction, ids);
  }
}

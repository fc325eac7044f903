import { Injectable } from '@nestjs/common';
import { ImageNotFoundError, isOpenTo } from '@ekphrasis/images';
import { OutboxRelay } from '@ekphrasis/outbox';
import { Database, inTransaction } from '@ekphrasis/persistence';
import { DeadLettersRepository } from '../dead-letters/dead-letters.repository.js';
import { ImageLifecycleRepository } from '../images/lifecycle/image-lifecycle.repository.js';
import { PictureRemovedError } from '../retries/retries.errors.js';

/** Has images described anew: when its promise resolves, that is committed with its job. */
@Injectable()
export class Redescriptions {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: ImageLifecycleRepository,
    private readonly deadLetters: DeadLettersRepository,
    private readonly relay: OutboxRelay,
  ) {}

  /**
   * An image that is on its way already stays so: what comes of it is a new description.
   * @param caller a client's id; undefined for whoever has no key
   * @throws {ImageNotFoundError} {@link PictureRemovedError}
   */
  async redescribe(imageId: number, caller?: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const image = await this.lifecycle.lock(transaction, imageId);
      if (!image || !isOpenTo(caller, image)) throw new ImageNotFoundError('No image has this id');
      if (image.status === 'queued' || image.status === 'processing') return;
      if (image.url === null && image.pictureKey === null) throw new PictureRemovedError();
      await this.deadLetters.forget([imageId], transaction);
      await this.lifecycle.retry(transaction, [imageId]);
    });
    this.relay.wake();
  }
}

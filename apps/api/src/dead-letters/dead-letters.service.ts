import { Injectable, Logger } from '@nestjs/common';
import { captionJob } from '@ekphrasis/contracts';
import { append, OutboxRelay, type OutgoingContract } from '@ekphrasis/outbox';
import { Database, inTransaction } from '@ekphrasis/persistence';
import { sendJobs } from '../images/lifecycle/image-jobs.js';
import { ImageLifecycleRepository, type LockedImage } from '../images/lifecycle/image-lifecycle.repository.js';
import { DeadLetterNotFoundError, DeadLetterUnreadableError } from './dead-letters.errors.js';
import { DeadLettersRepository, type FoundDeadLetter, type TakenDeadLetter } from './dead-letters.repository.js';

/** What becomes of dead letters, each in one transaction with what it means for its image. */
@Injectable()
export class DeadLetters {
  private readonly logger = new Logger(DeadLetters.name);

  constructor(
    private readonly database: Database,
    private readonly letters: DeadLettersRepository,
    private readonly lifecycle: ImageLifecycleRepository,
    private readonly relay: OutboxRelay,
  ) {}

  /**
   * Keeps a dead letter and ends its image as failed where it is a job, so that nobody waits for it;
   * a report that nobody understood says nothing of its image. The same letter again takes the place of the first. One about
   * an image that has its description is not kept: nothing is left to be done.
   * Nor is one of a job that another image had, whose id this one has now; its own job is sent again, as after a report of such.
   * @returns whether its image has failed
   */
  keep(letter: FoundDeadLetter): Promise<boolean> {
    const { imageId, nonce, code, reason, attempts } = letter;
    return inTransaction(this.database, async (transaction) => {
      const image = imageId === undefined ? undefined : await this.lifecycle.lock(transaction, imageId);
      if (image && isOfAnother(letter, image)) {
        this.logger.warn(`ignored a dead letter of a job that another image had, whose id is ${image.id}`);
        if (image.status !== 'failed') await sendJobs(transaction, [image]);
        return false;
      }
      if (image?.status === 'described') return false;
      await this.letters.insert(transaction, letter);
      if (letter.queue !== captionJob.queues.dead.name || image === undefined) return false;
      await this.lifecycle.fail([{ imageId: image.id, nonce, code, reason, attempt: attempts }], transaction);
      return true;
    });
  }

  /** Sends the job again that a worker gave back, unless its image has ended meanwhile. */
  async sendGivenBack(imageId: number): Promise<void> {
    if (await this.lifecycle.sendGivenBack(imageId)) this.relay.wake(1);
  }

  /**
   * Sends a dead letter again, as it was, and queues its image again where it is a job.
   * @returns the image's id
   * @throws DeadLetterNotFoundError; DeadLetterUnreadableError
   */
  async redeliver(id: number): Promise<number> {
    const imageId = await inTransaction(this.database, async (transaction) => {
      const letter = await this.letters.take(transaction, id);
      if (!letter) throw new DeadLetterNotFoundError();
      if (letter.imageId === null) throw new DeadLetterUnreadableError();
      await append(transaction, asItWas(letter), [letter.body]);
      if (letter.queue === captionJob.queues.dead.name) {
        await this.lifecycle.redeliver(transaction, letter.imageId, nonceIn(letter.body));
      }
      return letter.imageId;
    });
    this.relay.wake();
    return imageId;
  }
}

function isOfAnother(letter: FoundDeadLetter, image: LockedImage): boolean {
  return letter.nonce !== undefined && image.nonce !== null && letter.nonce !== image.nonce;
}

/** A letter's message, whose body was encoded long ago. */
function asItWas({ routingKey, type }: TakenDeadLetter): OutgoingContract<Buffer> {
  return { routingKey, type, encode: (body) => body };
}

/** Of a job; undefined where it has none. */
function nonceIn(body: Buffer): string | undefined {
  return (JSON.parse(body.toString('utf8')) as { nonce?: string }).nonce;
}

import { Injectable, Logger } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { captionJob, imageRecorded, reportedJobIn } from '@ekphrasis/contracts';
import { Publisher, type DeadLetter } from '@ekphrasis/messaging';
import type { Schema } from '@ekphrasis/persistence';
import { sendJobs } from '../images/lifecycle/image-jobs.js';
import { ImageLifecycleRepository, type LockedImage } from '../images/lifecycle/image-lifecycle.repository.js';
import type { DeadJobs, Subject } from './dead-jobs.js';
import type { FoundDeadLetter, TakenDeadLetter } from './dead-letters.repository.js';

/**
 * A dead caption job ends its image as failed, so that nobody waits for it; a report that nobody understood says nothing of its image.
 * One about an image that has its description is ignored: nothing is left to be done. So is one of a job that another image had, whose
 * id this one has now; its own job is sent again, as after a report of such.
 */
@Injectable()
export class DeadCaptionJobs implements DeadJobs {
  readonly kind = captionJob;
  private readonly logger = new Logger(DeadCaptionJobs.name);

  constructor(
    private readonly lifecycle: ImageLifecycleRepository,
    private readonly publisher: Publisher,
  ) {}

  subjectOfJob(letter: DeadLetter): Subject {
    try {
      const { imageId, nonce } = captionJob.request.decode(letter.body);
      return { imageId, nonce };
    } catch (error) {
      this.logger.warn(`kept a dead letter that is no job: ${(error as Error).message}`);
      return {};
    }
  }

  subjectOfReport(letter: DeadLetter): Subject {
    return reportedJobIn(letter.body);
  }

  async judge(
    transaction: Transaction<Schema>,
    letter: FoundDeadLetter,
    holdsJobs: boolean,
  ): Promise<'ignore' | 'keep' | 'fail'> {
    const image = letter.imageId === undefined ? undefined : await this.lifecycle.lock(transaction, letter.imageId);
    if (!image) return 'keep';
    if (isOfAnother(letter, image)) {
      this.logger.warn({
        imageId: image.id,
        msg: 'ignored a dead letter of a job that another image had with this id',
      });
      if (image.status !== 'failed') await sendJobs(transaction, [image]);
      return 'ignore';
    }
    if (image.status === 'described') return 'ignore';
    return holdsJobs ? 'fail' : 'keep';
  }

  async fail(transaction: Transaction<Schema>, letter: FoundDeadLetter): Promise<void> {
    const { imageId, nonce, code, reason, attempts } = letter;
    if (imageId === undefined) return;
    await this.lifecycle.fail([{ imageId, nonce, code, reason, attempt: attempts }], transaction);
  }

  async announceFailure({ imageId }: Subject): Promise<void> {
    if (imageId === undefined) return;
    await this.publisher.send(imageRecorded, { images: [{ imageId, status: 'failed' }] }, { transient: true });
  }

  async sendGivenBack(letter: DeadLetter): Promise<boolean | undefined> {
    const { imageId } = this.subjectOfJob(letter);
    return imageId === undefined ? undefined : this.lifecycle.sendGivenBack(imageId);
  }

  rowOf({ imageId }: TakenDeadLetter): object | undefined {
    return imageId === null ? undefined : { image_id: imageId };
  }

  async redeliver(transaction: Transaction<Schema>, { imageId, body }: TakenDeadLetter): Promise<void> {
    if (imageId !== null) await this.lifecycle.redeliver(transaction, imageId, nonceIn(body));
  }
}

function isOfAnother(letter: FoundDeadLetter, image: LockedImage): boolean {
  return letter.nonce !== undefined && image.nonce !== null && letter.nonce !== image.nonce;
}

/** Of a job; undefined where it has none. */
function nonceIn(body: Buffer): string | undefined {
  return (JSON.parse(body.toString('utf8')) as { nonce?: string }).nonce;
}

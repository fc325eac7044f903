import { Inject, Injectable } from '@nestjs/common';
import { topology } from '@ekphrasis/contracts';
import { deadLetterQueuesOf, type DeadLetter, type DeadLetterQueue } from '@ekphrasis/messaging';
import { append, OutboxRelay, type OutgoingContract } from '@ekphrasis/outbox';
import { Database, inTransaction } from '@ekphrasis/persistence';
import { DEAD_JOBS, type DeadJobs } from './dead-jobs.js';
import { DeadLetterNotFoundError, DeadLetterUnreadableError } from './dead-letters.errors.js';
import { ForgottenJobs } from './forgotten-jobs.js';
import { DeadLettersRepository, type FoundDeadLetter, type TakenDeadLetter } from './dead-letters.repository.js';

/** A queue of dead letters, and what they mean. */
interface KnownQueue extends DeadLetterQueue {
  readonly deadJobs: DeadJobs;
}

/**
 * What becomes of dead letters, each in one transaction with what it means for its row. Which queues there are the declared kinds of
 * job and events say; what a letter means, the `DeadJobs` of its kind.
 */
@Injectable()
export class DeadLetters {
  readonly queues: readonly KnownQueue[];

  /** @throws Error where a kind of job is declared of whose dead letters nobody knows what they mean: the process does not start */
  constructor(
    private readonly database: Database,
    private readonly letters: DeadLettersRepository,
    @Inject(DEAD_JOBS) kinds: readonly DeadJobs[],
    private readonly relay: OutboxRelay,
  ) {
    const forgotten = topology.jobs
      .filter(({ deadJobs }) => deadJobs === 'forgotten')
      .map((job) => new ForgottenJobs(job));
    const known: DeadJobs[] = [...kinds, ...forgotten];
    this.queues = [...topology.jobs, ...topology.events].flatMap((kind) => {
      const deadJobs = known.find((each) => each.kind === kind);
      const queues = deadLetterQueuesOf(kind);
      if (!deadJobs) throw new Error(`Nobody handles the dead letters of ${queues[0]?.queue}`);
      return queues.map((queue) => ({ ...queue, deadJobs }));
    });
  }

  /** Takes a letter from its queue: a job that a worker gave back is sent again, any other letter is kept. */
  async take({ deadJobs, holdsJobs, queue }: KnownQueue, letter: DeadLetter): Promise<void> {
    if (letter.givenBack) {
      const isSent = await deadJobs.sendGivenBack(letter);
      if (isSent) this.relay.wake(1);
      if (isSent !== undefined) return;
    }
    const subject = holdsJobs ? deadJobs.subjectOfJob(letter) : deadJobs.subjectOfReport(letter);
    const hasFailed = await this.keep({ ...letter, queue, ...subject });
    if (hasFailed) await deadJobs.announceFailure?.(subject);
  }

  /**
   * Keeps a letter, unless nothing is left to be done, and ends its row where it is a job. The same letter again takes the place of
   * the first.
   * @returns whether its row has failed
   */
  keep(letter: FoundDeadLetter): Promise<boolean> {
    return inTransaction(this.database, async (transaction) => {
      const { deadJobs, holdsJobs } = this.queueOf(letter);
      const verdict = await deadJobs.judge(transaction, letter, holdsJobs);
      if (verdict === 'ignore') return false;
      await this.letters.insert(transaction, letter);
      if (verdict === 'fail') await deadJobs.fail?.(transaction, letter);
      return verdict === 'fail';
    });
  }

  /**
   * Sends a dead letter again, as it was, and queues its row again where it is a job.
   * @returns what tells its row, such as `{ image_id: 17 }`
   * @throws DeadLetterNotFoundError; DeadLetterUnreadableError
   */
  async redeliver(id: number): Promise<object> {
    const row = await inTransaction(this.database, async (transaction) => {
      const letter = await this.letters.take(transaction, id);
      if (!letter) throw new DeadLetterNotFoundError();
      const { deadJobs, holdsJobs } = this.queueOf(letter);
      const told = deadJobs.rowOf(letter);
      if (!told) throw new DeadLetterUnreadableError();
      await append(transaction, asItWas(letter), [letter.body]);
      if (holdsJobs) await deadJobs.redeliver?.(transaction, letter);
      return told;
    });
    this.relay.wake();
    return row;
  }

  private queueOf({ queue }: { queue: string }): KnownQueue {
    const known = this.queues.find((each) => each.queue === queue);
    if (!known) throw new Error(`${queue} is no queue of dead letters that is declared`);
    return known;
  }
}

/** A letter's message, whose body was encoded long ago. */
function asItWas({ routingKey, type }: TakenDeadLetter): OutgoingContract<Buffer> {
  return { routingKey, type, encode: (body) => body };
}

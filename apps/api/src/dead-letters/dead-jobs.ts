import type { Transaction } from 'kysely';
import type { DeadLetter, DeadLetterKind } from '@ekphrasis/messaging';
import type { Schema } from '@ekphrasis/persistence';
import type { FoundDeadLetter, TakenDeadLetter } from './dead-letters.repository.js';

/** Whose job or report a letter is, as far as that can be told. */
export type Subject = Pick<FoundDeadLetter, 'imageId' | 'rowId' | 'nonce'>;

/**
 * The port: what the dead letters of one kind of job mean for the rows that its jobs are about, or those of events. Each kind that is
 * declared has one.
 */
export interface DeadJobs {
  readonly kind: DeadLetterKind;
  subjectOfJob(letter: DeadLetter): Subject;
  subjectOfReport(letter: DeadLetter): Subject;
  /**
   * Locks the row, so that whoever reports about it meanwhile waits for the end of the transaction.
   * @param holdsJobs whether the letter is a job; otherwise it is a report or an event
   * @returns `ignore` where nothing is left to be done, `keep`, or `fail` where it is kept and its row ends as failed
   */
  judge(
    transaction: Transaction<Schema>,
    letter: FoundDeadLetter,
    holdsJobs: boolean,
  ): Promise<'ignore' | 'keep' | 'fail'>;
  /** Ends its row as failed, where `judge` may say so. */
  fail?(transaction: Transaction<Schema>, letter: FoundDeadLetter): Promise<void>;
  /** Tells that its row has failed, after the commit. */
  announceFailure?(subject: Subject): Promise<void>;
  /**
   * Puts a job that a worker gave back into the outbox, unless its row has ended meanwhile.
   * @returns whether it is there; undefined where it is no job of a row that can be told
   */
  sendGivenBack(letter: DeadLetter): Promise<boolean | undefined>;
  /** What tells clients the row of a letter, such as `{ image_id: 17 }`; undefined where that cannot be told, and it is not sent again. */
  rowOf(letter: TakenDeadLetter): object | undefined;
  /** Queues the row again whose job is sent again, where rows are queued. */
  redeliver?(transaction: Transaction<Schema>, letter: TakenDeadLetter): Promise<void>;
}

/** Injects all of them. */
export const DEAD_JOBS = Symbol('DeadJobs');

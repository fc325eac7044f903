import type { Transaction } from 'kysely';
import type { JobDefinition } from '@ekphrasis/contracts';
import type { DeadLetter } from '@ekphrasis/messaging';
import type { Schema } from '@ekphrasis/persistence';
import type { FoundDeadLetter } from './dead-letters.repository.js';

/** Whose job or report a letter is, as far as that can be told. */
export type Subject = Pick<FoundDeadLetter, 'imageId' | 'nonce'>;

/** The port: what the dead letters of one kind of job mean for the rows that its jobs are about. Each kind that is declared has one. */
export interface DeadJobs {
  readonly job: JobDefinition;
  subjectOfJob(letter: DeadLetter): Subject;
  subjectOfReport(letter: DeadLetter): Subject;
  /**
   * Locks the row, so that whoever reports about it meanwhile waits for the end of the transaction.
   * @param holdsJobs whether the letter is a job; otherwise it is a report
   * @returns `ignore` where nothing is left to be done, `keep`, or `fail` where it is kept and its row ends as failed
   */
  judge(
    transaction: Transaction<Schema>,
    letter: FoundDeadLetter,
    holdsJobs: boolean,
  ): Promise<'ignore' | 'keep' | 'fail'>;
  /** Ends its row as failed. */
  fail(transaction: Transaction<Schema>, letter: FoundDeadLetter): Promise<void>;
  /** Tells that its row has failed, after the commit. */
  announceFailure(imageId: number): Promise<void>;
  /** Puts a job that a worker gave back into the outbox, unless its row has ended meanwhile. @returns whether it is there */
  sendGivenBack(imageId: number): Promise<boolean>;
  /** Queues the row again whose job is sent again. */
  redeliver(transaction: Transaction<Schema>, imageId: number, body: Buffer): Promise<void>;
}

/** Injects all of them. */
export const DEAD_JOBS = Symbol('DeadJobs');

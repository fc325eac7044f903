import { Injectable, Logger } from '@nestjs/common';
import type { Transaction } from 'kysely';
import { processingJob, processingRecorded } from '@ekphrasis/contracts';
import { Publisher, type DeadLetter } from '@ekphrasis/messaging';
import type { Schema } from '@ekphrasis/persistence';
import { isJobId } from '../processing/job-id.js';
import { ProcessingLifecycleRepository } from '../processing/lifecycle/processing-lifecycle.repository.js';
import type { DeadJobs, Subject } from './dead-jobs.js';
import type { FoundDeadLetter, TakenDeadLetter } from './dead-letters.repository.js';

/**
 * A dead processing job ends its row as failed, for the letter's reason; a report that nobody understood says nothing of its row. One
 * about a row that is completed is ignored: nothing is left to be done.
 */
@Injectable()
export class DeadProcessingJobs implements DeadJobs {
  readonly kind = processingJob;
  private readonly logger = new Logger(DeadProcessingJobs.name);

  constructor(
    private readonly lifecycle: ProcessingLifecycleRepository,
    private readonly publisher: Publisher,
  ) {}

  subjectOfJob(letter: DeadLetter): Subject {
    try {
      return { rowId: processingJob.request.decode(letter.body).jobId };
    } catch (error) {
      this.logger.warn(`kept a dead letter that is no job: ${(error as Error).message}`);
      return {};
    }
  }

  subjectOfReport({ body }: DeadLetter): Subject {
    const { jobId } = processingJob.rowIn(body);
    return typeof jobId === 'string' && isJobId(jobId) ? { rowId: jobId } : {};
  }

  async judge(
    transaction: Transaction<Schema>,
    { rowId }: FoundDeadLetter,
    holdsJobs: boolean,
  ): Promise<'ignore' | 'keep' | 'fail'> {
    const status = rowId === undefined ? undefined : await this.lifecycle.lock(transaction, rowId);
    if (status === undefined) return 'keep';
    if (status === 'completed') return 'ignore';
    return holdsJobs ? 'fail' : 'keep';
  }

  async fail(transaction: Transaction<Schema>, { rowId, code, reason, attempts }: FoundDeadLetter): Promise<void> {
    if (rowId === undefined) return;
    await this.lifecycle.fail([{ jobId: rowId, code, reason, attempt: attempts }], transaction);
  }

  async announceFailure({ rowId }: Subject): Promise<void> {
    if (rowId === undefined) return;
    await this.publisher.send(processingRecorded, { jobIds: [rowId] }, { transient: true });
  }

  async sendGivenBack(letter: DeadLetter): Promise<boolean | undefined> {
    const { rowId } = this.subjectOfJob(letter);
    return rowId === undefined ? undefined : this.lifecycle.sendGivenBack(rowId);
  }

  rowOf({ rowId }: TakenDeadLetter): object | undefined {
    return rowId === null ? undefined : { job_id: rowId };
  }

  async redeliver(transaction: Transaction<Schema>, { rowId }: TakenDeadLetter): Promise<void> {
    if (rowId !== null) await this.lifecycle.redeliver(transaction, rowId);
  }
}

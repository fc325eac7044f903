import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import {
  processingCompleted,
  processingFailed,
  processingRequested,
  type ProcessingDone,
  type ProcessingRequested,
  type ProcessingStarted,
  type ProcessingStatus,
} from '@ekphrasis/contracts';
import { append, appending, type OutgoingContract } from '@ekphrasis/outbox';
import { Database, inTransaction, withDatabaseErrors, type Schema } from '@ekphrasis/persistence';
import { endedEvent } from './processing-events.js';
import { jobColumns, jobOf, type ProcessingRow } from './processing-requests.js';
import { doneChange, failedChange, startedChange, type FailedProcessing } from './reported-processing.js';

/** What a transition has changed. */
export interface ChangedJobs {
  ids: string[];
  /** When the newest of them was first queued; null where there are none. */
  newestQueuedAt: Date | null;
  /** Of each, seconds since it was first queued. */
  secondsSinceQueued: number[];
}

/** Between one time and the next that a lost job is sent again, at most. */
const longestPause = '1 hour';

/** What a client has uploaded, about to be accepted. */
export interface NewProcessing {
  job: ProcessingRequested;
  clientId?: string;
  fileName: string | null;
}

/**
 * Every change of a processing job's status, and nothing else makes one:
 *
 * | from                       | by                                                      | to                  |
 * |----------------------------|---------------------------------------------------------|---------------------|
 * | (nothing)                  | `accept`                                                | queued              |
 * | queued, processing         | `start`: a worker has begun an attempt                  | processing          |
 * | queued, processing         | `requeueLost`: the broker has lost its job              | queued              |
 * | queued, processing         | `fail`: its job is a dead letter                        | failed              |
 * | queued, processing, failed | `complete`: a job that was thought dead may still be done | completed, for good |
 * | failed                     | `redeliver`: its dead letter is sent again              | queued              |
 *
 * What follows from a transition is committed with it: the job of a row that is queued, and the event of a client's row that has
 * ended. All times are the database's.
 */
@Injectable()
export class ProcessingLifecycleRepository {
  constructor(private readonly database: Database) {}

  /** The row and its job in one statement, hence one transaction: either both are there or none. */
  async accept({ job, clientId, fileName }: NewProcessing): Promise<void> {
    const { jobId, operations, options, uploadKey } = job;
    const body = processingRequested.encode(job).toString('utf8');
    await withDatabaseErrors(() =>
      sql`
        WITH accepted AS (
          INSERT INTO processing_jobs (id, client_id, file_name, operations, options, upload_key)
          VALUES (${jobId}, ${clientId ?? null}, ${fileName}, ${operations}::text[],
            ${options ? JSON.stringify(options) : null}::json, ${uploadKey})
        )
        ${appending(processingRequested, sql`SELECT ${body}::text`)}`.execute(this.database),
    );
  }

  start(reports: ProcessingStarted[]): Promise<ChangedJobs> {
    return this.change(reports, startedChange, this.database);
  }

  complete(reports: ProcessingDone[]): Promise<ChangedJobs> {
    return this.change(reports, doneChange, this.database, processingCompleted);
  }

  /** @param within a transaction of the caller's, where more belongs to it */
  fail(jobs: FailedProcessing[], within: Kysely<Schema>): Promise<ChangedJobs> {
    return this.change(jobs, failedChange, within, processingFailed);
  }

  /**
   * Sends the jobs of unfinished rows again, with all their attempts before them; those that another replica is at are passed over.
   * From time to time it takes twice as long until one is sent again.
   * @param before only rows whose jobs were last sent, and last taken up by a worker, before this
   * @returns how many
   */
  requeueLost(before: Date, limit: number): Promise<number> {
    return inTransaction(this.database, async (transaction) => {
      const { rows } = await sql<ProcessingRow>`
        WITH lost AS (
          SELECT id FROM processing_jobs
          WHERE finished_at IS NULL
            AND coalesce(requeued_at, queued_at) < ${before} AND (started_at IS NULL OR started_at < ${before})
            AND (requeued_at IS NULL OR now() - requeued_at >= least(requeued_at - queued_at, ${longestPause}::interval))
          ORDER BY coalesce(requeued_at, queued_at) LIMIT ${limit} FOR UPDATE SKIP LOCKED
        )
        UPDATE processing_jobs SET status = 'queued', attempts = 0, requeued_at = now()
        FROM lost WHERE processing_jobs.id = lost.id
        RETURNING ${jobColumns}`.execute(transaction);
      await append(transaction, processingRequested, rows.map(jobOf));
      return rows.length;
    });
  }

  /** Sends the job again that a worker gave back, unless its row has ended. Its status stays. @returns whether it is sent */
  sendGivenBack(jobId: string): Promise<boolean> {
    return inTransaction(this.database, async (transaction) => {
      const { rows } = await sql<ProcessingRow>`
        UPDATE processing_jobs SET requeued_at = now() WHERE id = ${jobId} AND finished_at IS NULL
        RETURNING ${jobColumns}`.execute(transaction);
      await append(transaction, processingRequested, rows.map(jobOf));
      return rows.length > 0;
    });
  }

  /** For a job that the caller sends again as it was. */
  async redeliver(transaction: Transaction<Schema>, jobId: string): Promise<void> {
    await sql`
      UPDATE processing_jobs SET status = 'queued', attempts = 0, result = NULL, finished_at = NULL, requeued_at = now()
      WHERE id = ${jobId} AND status = 'failed'`.execute(transaction);
  }

  /** Whoever reports the row meanwhile waits for the end of the transaction. @returns undefined where there is none */
  async lock(transaction: Transaction<Schema>, jobId: string): Promise<ProcessingStatus | undefined> {
    const { rows } = await sql<{ status: ProcessingStatus }>`
      SELECT status FROM processing_jobs WHERE id = ${jobId} FOR UPDATE`.execute(transaction);
    return rows[0]?.status;
  }

  /** One statement, hence one transaction and one round trip, whatever follows from the change. */
  private async change<T>(
    reports: T[],
    update: (reports: T[]) => RawBuilder<unknown>,
    within: Kysely<Schema>,
    event?: OutgoingContract<never>,
  ): Promise<ChangedJobs> {
    if (reports.length === 0) return { ids: [], newestQueuedAt: null, secondsSinceQueued: [] };
    const told = event && appending(event, sql`SELECT event FROM changed WHERE event IS NOT NULL`);
    const { rows } = await withDatabaseErrors(() =>
      sql<{ ids: string | null; newest: Date | null; seconds: number[] | null }>`
        WITH changed AS (
          ${update(reports)} RETURNING processing_jobs.id, processing_jobs.queued_at, ${event ? endedEvent : sql`NULL`} AS event
        )
        ${told ? sql`, told AS (${told})` : sql``}
        SELECT string_agg(id::text, ',') AS ids, max(queued_at) AS newest,
          array_agg(extract(epoch FROM now() - queued_at)::float8) AS seconds FROM changed`.execute(within),
    );
    const [changed] = rows;
    return {
      ids: changed?.ids?.split(',') ?? [],
      newestQueuedAt: changed?.newest ?? null,
      secondsSinceQueued: changed?.seconds ?? [],
    };
  }
}

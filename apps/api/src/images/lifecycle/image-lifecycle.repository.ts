import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import {
  imageDescribed,
  imageFailed,
  newNonce,
  type CaptionCompleted,
  type CaptionStarted,
  type ImageStatus,
} from '@ekphrasis/contracts';
import { appending, type OutgoingContract } from '@ekphrasis/outbox';
import { Database, inTransaction, withDatabaseErrors, type Schema } from '@ekphrasis/persistence';
import { clientsById, clientsIn, type ClientsById } from '../clients-by-id.js';
import { describedEvent, failedEvent } from './image-events.js';
import { jobColumns, sendJobs, type ImageJob } from './image-jobs.js';
import {
  describedChange,
  failedChange,
  isOwnReport,
  jobsOf,
  startedChange,
  type FailedJob,
} from './reported-changes.js';

/** What a transition has changed. */
export interface ChangedImages {
  ids: number[];
  /** The clients of those that have one. */
  clients: ReadonlyMap<number, string>;
  /** When the newest of them was first queued; null where there are none. */
  newestQueuedAt: Date | null;
}

/** An image that nobody else changes until the transaction ends. */
export interface LockedImage extends ImageJob {
  /** Whose it is; null where it came without a key. */
  clientId: string | null;
  status: ImageStatus;
}

/** Between one time and the next that a lost job is sent again, at most. */
const longestPause = '1 hour';

/**
 * Every change of an image's status, and nothing else makes one:
 *
 * | from                       | by                                                            | to                     |
 * |----------------------------|---------------------------------------------------------------|------------------------|
 * | (nothing)                  | its acceptance, in `accepted-images.repository.ts`            | queued                 |
 * | queued, processing         | `start`: a worker has begun an attempt                        | processing             |
 * | queued, processing         | `requeueLost`: the broker has lost its job                    | queued                 |
 * | queued, processing         | `fail`: no further attempt would help, or none is left        | failed                 |
 * | queued, processing, failed | `describe`: a job that was thought dead may still be done     | described              |
 * | failed, described          | `retry`, as a new job, for another description where there is one | queued             |
 * | failed                     | `redeliver`, as the job that it had                           | queued                 |
 * | any                        | its removal, in `removal.repository.ts`                       | (nothing)              |
 *
 * What follows from a transition is committed with it: the job of an image that is queued again, and the event of a client's
 * image that has ended. All times are the database's, whose clock steers what is done about lost jobs; of a worker's clock only
 * the time between start and end is used.
 */
@Injectable()
export class ImageLifecycleRepository {
  constructor(private readonly database: Database) {}

  start(reports: CaptionStarted[]): Promise<ChangedImages> {
    return this.change(reports, startedChange, this.database);
  }

  /** @param within a transaction of the caller's, where more belongs to it */
  describe(reports: CaptionCompleted[], within: Kysely<Schema> = this.database): Promise<ChangedImages> {
    return this.change(reports, describedChange, within, { contract: imageDescribed, body: describedEvent });
  }

  /** @param within a transaction of the caller's, where more belongs to it */
  fail(jobs: FailedJob[], within: Kysely<Schema> = this.database): Promise<ChangedImages> {
    return this.change(jobs, failedChange, within, { contract: imageFailed, body: failedEvent });
  }

  /** Their jobs wait and are not lost: as if they had been queued now. Their status stays. */
  async keepWaiting(jobs: { imageId: number; nonce?: string }[]): Promise<void> {
    if (jobs.length === 0) return;
    // in one order, lest two replicas wait each for the other's rows
    await withDatabaseErrors(() =>
      sql`
        WITH waiting AS (
          SELECT images.id FROM images JOIN ${jobsOf(jobs)} ON images.id = report.id
          WHERE ${isOwnReport} AND finished_at IS NULL ORDER BY images.id FOR UPDATE OF images
        )
        UPDATE images SET requeued_at = now() FROM waiting WHERE images.id = waiting.id`.execute(this.database),
    );
  }

  /**
   * Sends the jobs of unfinished images again, with all their attempts before them. Images
   * that another replica is at are passed over, and those that it has just done are unfinished no longer or newly queued.
   * From time to time it takes twice as long until one is sent again: a job may wait for hours while what it needs is away,
   * and must not become hundreds.
   * @param before only images whose jobs were last sent, and last taken up by a worker, before this: a job that has
   *   failed an attempt is queued anew then, behind all others
   * @returns how many
   */
  requeueLost(before: Date, limit: number): Promise<number> {
    return inTransaction(this.database, async (transaction) => {
      const { rows } = await sql<ImageJob>`
        WITH lost AS (
          SELECT id FROM images
          WHERE status IN ('queued', 'processing') AND finished_at IS NULL
            AND coalesce(requeued_at, queued_at) < ${before} AND (started_at IS NULL OR started_at < ${before})
            AND (requeued_at IS NULL OR now() - requeued_at >= least(requeued_at - queued_at, ${longestPause}::interval))
          ORDER BY coalesce(requeued_at, queued_at) LIMIT ${limit} FOR UPDATE SKIP LOCKED
        )
        UPDATE images SET status = 'queued', attempts = 0, requeued_at = now()
        FROM lost WHERE images.id = lost.id
        RETURNING ${jobColumns}`.execute(transaction);
      await sendJobs(transaction, rows);
      return rows.length;
    });
  }

  /** Sends the job again that a worker gave back, unless its image has ended. Its status stays. @returns whether it is sent */
  sendGivenBack(imageId: number): Promise<boolean> {
    return inTransaction(this.database, async (transaction) => {
      const { rows } = await sql<ImageJob>`
        UPDATE images SET requeued_at = now() WHERE id = ${imageId} AND finished_at IS NULL
        RETURNING ${jobColumns}`.execute(transaction);
      await sendJobs(transaction, rows);
      return rows.length > 0;
    });
  }

  /**
   * With all attempts before them, and with a nonce of their own: what the earlier job still reports, or has left in storage, is not
   * theirs. A description that they have stays until there is another. @param ids of images that have ended, and that the
   * transaction has locked
   */
  async retry(transaction: Transaction<Schema>, ids: number[]): Promise<void> {
    const { rows } = await sql<ImageJob>`
      UPDATE images SET status = 'queued', nonce = fresh.nonce, attempts = 0, failure_code = NULL, failure_reason = NULL,
        started_at = NULL, finished_at = NULL, requeued_at = now()
      FROM unnest(${ids}::bigint[], ${ids.map(newNonce)}::text[]) AS fresh (id, nonce)
      WHERE images.id = fresh.id RETURNING ${jobColumns}`.execute(transaction);
    await sendJobs(transaction, rows);
  }

  /** For a job that the caller sends again as it was. @param nonce the job's; undefined where it has none */
  async redeliver(transaction: Transaction<Schema>, imageId: number, nonce: string | undefined): Promise<void> {
    await sql`
      UPDATE images SET status = 'queued', attempts = 0, failure_code = NULL, failure_reason = NULL,
        finished_at = NULL, requeued_at = now()
      FROM ${jobsOf([{ imageId, nonce }])}
      WHERE images.id = report.id AND ${isOwnReport} AND status = 'failed'`.execute(transaction);
  }

  /** Whoever reports the image meanwhile waits for the end of the transaction. @returns undefined where there is no such image */
  async lock(transaction: Transaction<Schema>, imageId: number): Promise<LockedImage | undefined> {
    const { rows } = await sql<LockedImage>`
      SELECT ${jobColumns}, client_id AS "clientId", status FROM images WHERE id = ${imageId} FOR UPDATE`.execute(
      transaction,
    );
    return rows[0];
  }

  /** One statement, hence one transaction and one round trip, whatever follows from the change. */
  private async change<T>(
    reports: T[],
    update: (reports: T[]) => RawBuilder<unknown>,
    within: Kysely<Schema>,
    event?: { contract: OutgoingContract<never>; body: RawBuilder<string | null> },
  ): Promise<ChangedImages> {
    if (reports.length === 0) return { ids: [], clients: new Map(), newestQueuedAt: null };
    const body = event?.body ?? sql`NULL`;
    const told = event && appending(event.contract, sql`SELECT event FROM changed WHERE event IS NOT NULL`);
    const { rows } = await withDatabaseErrors(() =>
      // one text: the driver would make an object of every row
      sql<{ ids: string | null; clients: ClientsById; newest: Date | null }>`
        WITH changed AS (${update(reports)} RETURNING images.id, images.client_id, images.queued_at, ${body} AS event)
        ${told ? sql`, told AS (${told})` : sql``}
        SELECT string_agg(id::text, ',') AS ids, ${clientsById} AS clients, max(queued_at) AS newest FROM changed`.execute(
        within,
      ),
    );
    const { ids, clients, newest } = rows[0] ?? { ids: null, clients: null, newest: null };
    return {
      ids: ids?.split(',').map(Number) ?? [],
      clients: clientsIn(clients),
      newestQueuedAt: newest,
    };
  }
}

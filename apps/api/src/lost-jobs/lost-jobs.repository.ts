import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';
import { jobColumns, sendJobs, type ImageJob } from '../images/image-jobs.js';

/** Between one time and the next that a job is sent again, at most. */
const longestRest = '1 hour';

@Injectable()
export class LostJobsRepository {
  constructor(private readonly database: Database) {}

  /** Whether the outbox is empty, and the database's time at which that was so. */
  async lookAtOutbox(): Promise<{ isEmpty: boolean; at: Date }> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ isEmpty: boolean; at: Date }>`
        SELECT NOT EXISTS (SELECT 1 FROM outbox) AS "isEmpty", now() AS at`.execute(this.database),
    );
    return rows[0] ?? { isEmpty: false, at: new Date(0) };
  }

  /**
   * Puts the jobs of unfinished images into the outbox again, with all their attempts before them, in one transaction. Images
   * that another replica is at are passed over, and those that it has just done are unfinished no longer or newly queued.
   * From time to time it takes twice as long until one is sent again: a job may rest for hours while what it needs is away,
   * and must not become hundreds.
   * @param before only images whose jobs were last put there, and last taken up by a worker, before this: a job that has
   *   failed an attempt is queued anew then, behind all others
   * @returns how many
   */
  async requeue(before: Date, limit: number): Promise<number> {
    return withDatabaseErrors(() =>
      this.database.transaction().execute(async (transaction) => {
        const { rows: images } = await sql<ImageJob>`
          WITH lost AS (
            SELECT id FROM images
            WHERE status IN ('queued', 'processing') AND finished_at IS NULL
              AND coalesce(requeued_at, queued_at) < ${before} AND (started_at IS NULL OR started_at < ${before})
              AND (requeued_at IS NULL OR now() - requeued_at >= least(requeued_at - queued_at, ${longestRest}::interval))
            ORDER BY coalesce(requeued_at, queued_at) LIMIT ${limit} FOR UPDATE SKIP LOCKED
          )
          UPDATE images SET status = 'queued', attempts = 0, requeued_at = now()
          FROM lost WHERE images.id = lost.id
          RETURNING ${jobColumns}`.execute(transaction);
        await sendJobs(transaction, images);
        return images.length;
      }),
    );
  }
}

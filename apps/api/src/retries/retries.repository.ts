import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { newNonce, type ImageStatus } from '@ekphrasis/contracts';
import { Database, withDatabaseErrors, type Schema } from '@ekphrasis/persistence';
import { jobColumns, sendJobs, type ImageJob } from '../images/image-jobs.js';
import { ImageNotFoundError } from '../images/images.errors.js';
import { ImageNotFailedError, PictureRemovedError } from './retries.errors.js';

interface LockedImage {
  id: number;
  status: ImageStatus;
  hasPicture: boolean;
}

const hasPicture = sql<boolean>`(url IS NOT NULL OR picture_key IS NOT NULL)`;

/** Queues failed images anew. */
@Injectable()
export class RetriesRepository {
  constructor(private readonly database: Database) {}

  /** @throws ImageNotFoundError; ImageNotFailedError; PictureRemovedError */
  async retry(id: number): Promise<void> {
    await this.transact(async (transaction) => {
      const { rows } = await sql<LockedImage>`
        SELECT id, status, ${hasPicture} AS "hasPicture" FROM images WHERE id = ${id} FOR UPDATE`.execute(transaction);
      const [image] = rows;
      if (!image) throw new ImageNotFoundError('No image has this id');
      if (image.status !== 'failed') throw new ImageNotFailedError();
      if (!image.hasPicture) throw new PictureRemovedError();
      await queueAnew(transaction, [id]);
    });
  }

  /** The database's time. */
  async now(): Promise<Date> {
    const { rows } = await withDatabaseErrors(() => sql<{ now: Date }>`SELECT now()`.execute(this.database));
    return rows[0]?.now ?? new Date(0);
  }

  /**
   * The same for images that failed with this code before then, the lowest ids first, in one transaction. Those that somebody else is at
   * are passed over.
   * @returns how many, `limit` at most
   */
  async retryAll(code: string, { before, limit }: { before: Date; limit: number }): Promise<number> {
    return this.transact(async (transaction) => {
      const { rows } = await sql<{ id: number }>`
        SELECT id FROM images
        WHERE status = 'failed' AND failure_code = ${code} AND finished_at <= ${before} AND ${hasPicture}
        ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(transaction);
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await queueAnew(transaction, ids);
      return ids.length;
    });
  }

  private transact<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T> {
    return withDatabaseErrors(() => this.database.transaction().execute(work));
  }
}

/**
 * With all attempts before them, and with a nonce of their own: what the earlier job still reports, or has left in storage, is not
 * theirs. @param ids of images that the transaction has locked
 */
async function queueAnew(transaction: Transaction<Schema>, ids: number[]): Promise<void> {
  await sql`DELETE FROM dead_letters WHERE image_id = ANY(${ids}::bigint[])`.execute(transaction);
  const { rows } = await sql<ImageJob>`
    UPDATE images SET status = 'queued', nonce = fresh.nonce, attempts = 0, failure_code = NULL, failure_reason = NULL,
      started_at = NULL, finished_at = NULL, requeued_at = now()
    FROM unnest(${ids}::bigint[], ${ids.map(newNonce)}::text[]) AS fresh (id, nonce)
    WHERE images.id = fresh.id RETURNING ${jobColumns}`.execute(transaction);
  await sendJobs(transaction, rows);
}

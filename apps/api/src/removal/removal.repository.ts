import { Injectable } from '@nestjs/common';
import { sql, type RawBuilder } from 'kysely';
import { imageDeleted } from '@ekphrasis/contracts';
import { openTo } from '@ekphrasis/images';
import { append } from '@ekphrasis/outbox';
import { Database, inTransaction } from '@ekphrasis/persistence';

/** What tells where the files of an image that is gone from the database lie. */
export interface RemovedImage {
  id: number;
  nonce: string | null;
  pictureKey: string | null;
  finishedAt: Date | null;
}

/** Removes images with all that the database knows of them, and tells the replicas by the outbox: one transaction. */
@Injectable()
export class RemovalRepository {
  constructor(private readonly database: Database) {}

  /** @returns nothing where there is no such image that the caller may know of */
  remove(id: number, caller?: string): Promise<RemovedImage[]> {
    return this.removeThose(sql`id = ${id} AND ${openTo(caller)} FOR UPDATE`);
  }

  /**
   * Those that ended so many days ago and not before `from`, the oldest first, `limit` at most; what somebody else is at is
   * passed over.
   */
  removeFinished(days: number, from: Date, limit: number): Promise<RemovedImage[]> {
    return this.removeThose(sql`
      finished_at >= ${from} AND finished_at < now() - make_interval(days => ${days})
      ORDER BY finished_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`);
  }

  private removeThose(condition: RawBuilder<unknown>): Promise<RemovedImage[]> {
    return inTransaction(this.database, async (transaction) => {
      const { rows } = await sql<RemovedImage>`
        SELECT id, nonce, picture_key AS "pictureKey", finished_at AS "finishedAt"
        FROM images WHERE ${condition}`.execute(transaction);
      if (rows.length === 0) return [];
      const ids = rows.map(({ id }) => id);
      // the image's row, which is locked, keeps letters and reports away
      for (const table of ['dead_letters', 'idempotency_keys']) {
        await sql`DELETE FROM ${sql.table(table)} WHERE image_id = ANY(${ids}::bigint[])`.execute(transaction);
      }
      await sql`DELETE FROM images WHERE id = ANY(${ids}::bigint[])`.execute(transaction);
      await append(transaction, imageDeleted, [{ imageIds: ids }]);
      return rows;
    });
  }
}

import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { Database, withDatabaseErrors, type Schema } from '@ekphrasis/persistence';

/** Which of the images that failed for one reason. */
export interface FailedPage {
  /** Those that had failed by then. */
  before: Date;
  /** Those with higher ids. */
  after: number;
  limit: number;
}

/** Finds failed images that can be tried again. */
@Injectable()
export class RetriesRepository {
  constructor(private readonly database: Database) {}

  /** The database's time. */
  async now(): Promise<Date> {
    const { rows } = await withDatabaseErrors(() => sql<{ now: Date }>`SELECT now()`.execute(this.database));
    return rows[0]?.now ?? new Date(0);
  }

  /**
   * Locks images that failed with this code before then and whose picture can still be had, the lowest ids first. Those that
   * somebody else is at are passed over.
   * @returns their ids, ascending, `limit` at most
   */
  async lockFailed(
    transaction: Transaction<Schema>,
    code: string,
    { before, after, limit }: FailedPage,
  ): Promise<number[]> {
    const { rows } = await sql<{ id: number }>`
      SELECT id FROM images
      WHERE status = 'failed' AND failure_code = ${code} AND id > ${after}
        AND finished_at <= ${before} AND (url IS NOT NULL OR picture_key IS NOT NULL)
      ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(transaction);
    return rows.map(({ id }) => id);
  }
}

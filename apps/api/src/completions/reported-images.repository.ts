import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { ImageStatus } from '@ekphrasis/contracts';
import { Database, inTransaction, withDatabaseErrors } from '@ekphrasis/persistence';
import { jobColumns, sendJobs, type ImageJob } from '../images/lifecycle/image-jobs.js';
import { isOwnReport, jobsOf } from '../images/lifecycle/reported-changes.js';

/** What a report finds that changed nothing. */
@Injectable()
export class ReportedImagesRepository {
  constructor(private readonly database: Database) {}

  /**
   * @returns of the reported images those that have the status now, whoever gave it to them, and those whose report is of
   *   another image that had their id
   */
  async find(
    reports: { imageId: number; nonce?: string }[],
    status: ImageStatus,
  ): Promise<{ having: number[]; others: number[] }> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ having: string | null; others: string | null }>`
        SELECT string_agg(images.id::text, ',') FILTER (WHERE ${isOwnReport} AND status = ${status}) AS having,
          string_agg(images.id::text, ',') FILTER (WHERE NOT ${isOwnReport}) AS others
        FROM images JOIN ${jobsOf(reports)} ON images.id = report.id`.execute(this.database),
    );
    return { having: numbersIn(rows[0]?.having), others: numbersIn(rows[0]?.others) };
  }

  /** Sends the jobs of images again, but for those that have failed. */
  async sendAgain(ids: number[]): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const { rows } = await sql<ImageJob>`
        SELECT ${jobColumns} FROM images WHERE id = ANY(${ids}::bigint[]) AND status <> 'failed'`.execute(transaction);
      await sendJobs(transaction, rows);
    });
  }
}

function numbersIn(list: string | null | undefined): number[] {
  return list?.split(',').map(Number) ?? [];
}

import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { ImageStatus } from '@ekphrasis/contracts';
import { Database, inTransaction, withDatabaseErrors } from '@ekphrasis/persistence';
import { clientsIn, type ClientsById } from '../images/clients-by-id.js';
import { jobColumns, sendJobs, type ImageJob } from '../images/lifecycle/image-jobs.js';
import { isOwnReport, jobsOf } from '../images/lifecycle/reported-changes.js';

/** What a report finds that changed nothing. */
@Injectable()
export class ReportedImagesRepository {
  constructor(private readonly database: Database) {}

  /**
   * @returns of the reported images those that have the status now, whoever gave it to them, those whose report is of another
   *   image that had their id, and the clients of those that have one
   */
  async find(
    reports: { imageId: number; nonce?: string }[],
    status: ImageStatus,
  ): Promise<{ having: number[]; others: number[]; clients: ReadonlyMap<number, string> }> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ having: string | null; others: string | null; clients: ClientsById }>`
        SELECT string_agg(images.id::text, ',') FILTER (WHERE ${isOwnReport} AND status = ${status}) AS having,
          string_agg(images.id::text, ',') FILTER (WHERE NOT ${isOwnReport}) AS others,
          json_object_agg(images.id, client_id) FILTER (WHERE client_id IS NOT NULL) AS clients
        FROM images JOIN ${jobsOf(reports)} ON images.id = report.id`.execute(this.database),
    );
    const [found] = rows;
    return {
      having: numbersIn(found?.having),
      others: numbersIn(found?.others),
      clients: clientsIn(found?.clients ?? null),
    };
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

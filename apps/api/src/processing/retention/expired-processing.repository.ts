import { Injectable } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { processingJob } from '@ekphrasis/contracts';
import { Database, type Schema } from '@ekphrasis/persistence';
import { removeWithFiles, type ExpiringRows, type RemovedPage } from '../../maintenance/remove-with-files.js';

/** What of an ended job tells which objects it has. */
export interface ExpiredProcessing {
  id: string;
  uploadKey: string;
  /** Null of a failed one. */
  processedKey: string | null;
  finishedAt: Date;
}

const pageSize = 100;

/** Removes processing jobs with all that the database knows of them. */
@Injectable()
export class ExpiredProcessingRepository {
  constructor(private readonly database: Database) {}

  /** A page of those that ended so many days ago and not before `from`. @param removeFiles returns those of which nothing is left */
  remove(
    days: number,
    from: Date,
    removeFiles: ExpiringRows<ExpiredProcessing>['removeFiles'],
  ): Promise<RemovedPage<ExpiredProcessing>> {
    return removeWithFiles(this.database, {
      pageSize,
      removeFiles,
      lock: async (transaction) => (await lock(transaction, days, from)).rows,
      remove: removeRows,
    });
  }
}

function lock(transaction: Transaction<Schema>, days: number, from: Date) {
  return sql<ExpiredProcessing>`
    SELECT id, upload_key AS "uploadKey", result->>'processed_key' AS "processedKey", finished_at AS "finishedAt"
    FROM processing_jobs
    WHERE finished_at >= ${from} AND finished_at < now() - make_interval(days => ${days})
    ORDER BY finished_at LIMIT ${pageSize} FOR UPDATE SKIP LOCKED`.execute(transaction);
}

async function removeRows(transaction: Transaction<Schema>, rows: ExpiredProcessing[]): Promise<void> {
  const ids = rows.map(({ id }) => id);
  const queues = processingJob.allQueues.map(({ name }) => name);
  await sql`
    DELETE FROM dead_letters WHERE queue = ANY(${queues}::text[]) AND row_id = ANY(${ids}::text[])`.execute(
    transaction,
  );
  await sql`DELETE FROM processing_jobs WHERE id = ANY(${ids}::uuid[])`.execute(transaction);
}

import { Inject, Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { processingStatuses, type ProcessingStatus } from '@ekphrasis/contracts';
import { openTo } from '@ekphrasis/images';
import { Database, ReadDatabase, withDatabaseErrors } from '@ekphrasis/persistence';
import type { ProcessingJobRow } from './processing-status.js';

const columns = [
  'id',
  'status',
  'operations',
  'options',
  'file_name as fileName',
  'attempts',
  'result',
  'queued_at as queuedAt',
  'started_at as startedAt',
  'finished_at as finishedAt',
] as const;

/** Reads processing jobs. */
@Injectable()
export class ProcessingJobsRepository {
  /** @param reads over connections of its own, so that nothing that is accepted waits behind what clients read */
  constructor(@Inject(ReadDatabase) private readonly reads: Database) {}

  /** @returns the job, unless it is another's: those without a client are everybody's who knows their id */
  async find(jobId: string, clientId: string | undefined): Promise<ProcessingJobRow | undefined> {
    const [row] = await this.findThose([jobId], clientId);
    return row;
  }

  async findThose(jobIds: string[], clientId: string | undefined): Promise<ProcessingJobRow[]> {
    return withDatabaseErrors(() =>
      this.reads
        .selectFrom('processing_jobs')
        .select(columns)
        .where('id', 'in', jobIds)
        .where(openTo(clientId, 'processing_jobs'))
        .execute(),
    );
  }

  /** How many jobs there are of each status, those of which there are none too. */
  async countByStatus(): Promise<Record<ProcessingStatus, number>> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ status: ProcessingStatus; count: number }>`
        SELECT status, count(*)::float8 AS count FROM processing_jobs GROUP BY status`.execute(this.reads),
    );
    const counts = new Map(rows.map(({ status, count }) => [status, count]));
    return Object.fromEntries(processingStatuses.map((status) => [status, counts.get(status) ?? 0])) as Record<
      ProcessingStatus,
      number
    >;
  }
}

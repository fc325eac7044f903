import { sql, type Kysely } from 'kysely';
import { createIndexConcurrently } from '../create-index-concurrently.js';

export const isTransactional = false;

/** What removing processing jobs and measurements needs: jobs that ended long ago, and up to when measurements may be gone. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await createIndexConcurrently(
    database,
    'processing_jobs_finished',
    'ON processing_jobs (finished_at) WHERE finished_at IS NOT NULL',
  );
  await sql`
    CREATE TABLE IF NOT EXISTS measurement_retention (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      kept_from timestamptz NOT NULL
    )`.execute(database);
}

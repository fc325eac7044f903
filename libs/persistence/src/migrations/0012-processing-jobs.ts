import { sql, type Kysely } from 'kysely';

/** Uploads that are processed, and dead letters of jobs that are about no image: those of earlier versions are, or nobody can tell. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE processing_jobs (
      id uuid PRIMARY KEY,
      client_id text,
      file_name text,
      operations text[] NOT NULL,
      options json,
      upload_key text NOT NULL,
      status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'processing', 'completed', 'failed')),
      result json,
      attempts integer NOT NULL DEFAULT 0,
      queued_at timestamptz NOT NULL DEFAULT now(),
      requeued_at timestamptz,
      started_at timestamptz,
      finished_at timestamptz,
      CHECK ((status IN ('completed', 'failed')) = (result IS NOT NULL)),
      CHECK ((status IN ('completed', 'failed')) = (finished_at IS NOT NULL))
    )`.execute(database);
  // by what is waited for, not by the status, lest the statements that record reports are planned with it
  await sql`
    CREATE INDEX processing_jobs_unfinished ON processing_jobs (coalesce(requeued_at, queued_at))
    WHERE finished_at IS NULL`.execute(database);
  // how many there are of each status is read from this index alone
  await sql`CREATE INDEX processing_jobs_status ON processing_jobs (status)`.execute(database);
  await sql`
    ALTER TABLE storage_identity ADD COLUMN uploads_marked_at timestamptz, ADD COLUMN processed_marked_at timestamptz`.execute(
    database,
  );
  await sql`ALTER TABLE dead_letters ADD COLUMN row_id text`.execute(database);
  await sql`
    CREATE UNIQUE INDEX dead_letters_row ON dead_letters (row_id, queue) WHERE row_id IS NOT NULL`.execute(database);
}

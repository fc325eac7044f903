import { sql, type Kysely } from 'kysely';
import { createIndexConcurrently } from '../create-index-concurrently.js';

export const isTransactional = false;

/** When a job was put into the outbox again, and unfinished images in the order in which their jobs were last put there. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE images ADD COLUMN IF NOT EXISTS requeued_at timestamptz`.execute(database);
  // not by status: statements that update images by id and status would be planned with this index, and read all of it,
  // whenever a backlog has come up since the last statistics
  await createIndexConcurrently(
    database,
    'images_unfinished',
    'ON images ((coalesce(requeued_at, queued_at))) WHERE finished_at IS NULL',
  );
}

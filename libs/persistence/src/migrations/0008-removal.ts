import { sql, type Kysely } from 'kysely';
import { createIndexConcurrently } from '../create-index-concurrently.js';

export const isTransactional = false;

/** What removing images needs: those that ended long ago, keys by their image, and whose turn which work in the background is. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS maintenance (
      task text PRIMARY KEY,
      next_at timestamptz NOT NULL
    )`.execute(database);
  await createIndexConcurrently(database, 'images_finished', 'ON images (finished_at) WHERE finished_at IS NOT NULL');
  await createIndexConcurrently(database, 'idempotency_keys_image', 'ON idempotency_keys (image_id)');
}

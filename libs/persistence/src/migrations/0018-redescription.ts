import { sql, type Kysely } from 'kysely';
import { createIndexConcurrently } from '../create-index-concurrently.js';

export const isTransactional = false;

/**
 * An image keeps its description while it is described anew, so what can be read is told by the description and no longer by the
 * status; and images are found by tag and by state. The version before reads the same by the primary key, more slowly.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await createIndexConcurrently(database, 'images_readable', 'ON images (id) WHERE description IS NOT NULL');
  await createIndexConcurrently(
    database,
    'images_readable_clients',
    'ON images (id) INCLUDE (client_id) WHERE description IS NOT NULL AND client_id IS NOT NULL',
  );
  await createIndexConcurrently(database, 'images_tag', 'ON images (tag, id) WHERE tag IS NOT NULL');
  await createIndexConcurrently(database, 'images_not_described', "ON images (status, id) WHERE status <> 'described'");
  await sql`
    ALTER TABLE images DROP CONSTRAINT IF EXISTS images_check, DROP CONSTRAINT IF EXISTS images_described_in_words,
      ADD CONSTRAINT images_described_in_words CHECK (status <> 'described' OR description IS NOT NULL) NOT VALID`.execute(
    database,
  );
  // looks at every row, and lets others write meanwhile
  await sql`ALTER TABLE images VALIDATE CONSTRAINT images_described_in_words`.execute(database);
  for (const replaced of ['images_described', 'images_described_clients']) {
    await sql`DROP INDEX CONCURRENTLY IF EXISTS ${sql.ref(replaced)}`.execute(database);
  }
}

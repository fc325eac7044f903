import { sql, type Kysely } from 'kysely';

export const isTransactional = false;

/**
 * Has images vacuumed when one in a hundred rows has changed, against one in five: looks at unfinished images begin behind the
 * entries of all that ended since. With the indexes each time, which a vacuum leaves out where few pages have dead rows. Waits
 * for a vacuum that is under way, and holds up neither reads nor writes.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE images SET (
      autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 10000, vacuum_index_cleanup = on
    )`.execute(database);
}

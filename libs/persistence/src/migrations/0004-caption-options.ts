import { sql, type Kysely } from 'kysely';

/**
 * What a client says with a picture, and what comes of it: its own word for the image, how the caption is searched for, and the
 * captions where there are several. Columns that may be null and have no default: no row is written again.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE images ADD COLUMN tag text, ADD COLUMN options jsonb, ADD COLUMN captions jsonb`.execute(database);
}

import { sql, type Kysely } from 'kysely';

/** Whose image it is: null where it was submitted without a key, and in rows of earlier versions. No row is written again. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE images ADD COLUMN client_id text`.execute(database);
}

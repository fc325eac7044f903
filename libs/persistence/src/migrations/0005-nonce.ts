import { sql, type Kysely } from 'kysely';

/** What tells an image from another that had its id in a lost life of the database. May be null: no row is written again. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE images ADD COLUMN nonce text`.execute(database);
}

import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';

/** The id of the storage that belongs to this database: one row. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE storage_identity (
      id text PRIMARY KEY,
      marked_at timestamptz
    )`.execute(database);
  await sql`INSERT INTO storage_identity (id) VALUES (${randomUUID()})`.execute(database);
}

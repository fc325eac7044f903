import { sql, type Kysely } from 'kysely';

/** The trace that a message belongs to (W3C Trace Context): null where nothing is traced. No row is written again. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE outbox ADD COLUMN traceparent text`.execute(database);
}

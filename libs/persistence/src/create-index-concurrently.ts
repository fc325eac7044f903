import { sql, type QueryExecutorProvider } from 'kysely';

/**
 * Builds an index while rows are written: for migrations that run outside a transaction. Does nothing where the index is there;
 * one that an earlier try left unfinished, which PostgreSQL keeps up and never reads, is built anew.
 * @param definition what follows the name: `ON table (columns) WHERE …`
 */
export async function createIndexConcurrently(
  database: QueryExecutorProvider,
  name: string,
  definition: string,
): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(${name}) AND NOT indisvalid`.execute(database);
  if (rows.length > 0) await sql`DROP INDEX CONCURRENTLY ${sql.ref(name)}`.execute(database);
  await sql`
    CREATE INDEX CONCURRENTLY IF NOT EXISTS ${sql.ref(name)}
    ${sql.raw(definition)}`.execute(database);
}

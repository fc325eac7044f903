import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { PersistenceSettings } from './persistence.settings.js';
import type { Schema } from './schema.js';

/** The typed door to PostgreSQL: a Kysely instance, injectable by its class. */
export class Database extends Kysely<Schema> {}

const connectTimeoutMs = 3_000;
/** bigint comes as text by default: ids here stay below 2^53. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/** @param onIdleError called when a connection breaks while no statement runs on it; the pool replaces it. May be called twice for one */
export function openDatabase(settings: PersistenceSettings, onIdleError: (error: Error) => void): Database {
  const pool = new pg.Pool({
    connectionString: settings.DATABASE_URL,
    max: settings.DATABASE_POOL_SIZE,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: settings.DATABASE_STATEMENT_TIMEOUT_MS,
    // a server that froze or a network that was cut does not answer a statement's time-out either
    query_timeout: settings.DATABASE_STATEMENT_TIMEOUT_MS + 1_000,
    keepAlive: true,
    application_name: 'ekphrasis',
    types,
  });
  pool.on('error', onIdleError);
  // the pool listens only while nobody uses a connection; one that breaks between two statements of a transaction would end the process
  pool.on('connect', (client) => client.on('error', onIdleError));
  return new Database({ dialect: new PostgresDialect({ pool }) });
}

/** Resolves when the database answers. For health checks. */
export async function checkDatabase(database: Database): Promise<void> {
  await sql`SELECT 1`.execute(database);
}

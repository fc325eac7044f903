import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { isTracing } from '@ekphrasis/tracing';
import { ConnectionPool } from './connection-pool.js';
import { DatabaseHosts } from './database-hosts.js';
import { withDatabaseErrors } from './persistence.errors.js';
import type { PersistenceSettings } from './persistence.settings.js';
import type { Schema } from './schema.js';
import { traceStatement } from './trace-statement.js';

/** The typed door to PostgreSQL: a Kysely instance, injectable by its class. */
export class Database extends Kysely<Schema> {}

/** The same over connections of its own: for what clients read, however much that is. */
export class ReadDatabase extends Database {}

/**
 * How soon the server lets go of a client that has vanished without a word, and of the locks of its transaction: by default
 * after hours. `options` in DATABASE_URL replace these.
 * https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS
 */
const serverSettings = {
  tcp_keepalives_idle: '15s',
  tcp_keepalives_interval: '5s',
  tcp_keepalives_count: 3,
  tcp_user_timeout: '30s',
  // where a proxy in between answers for the client; the longest rest is the relay's, for RABBITMQ_PUBLISH_TIMEOUT_MS
  idle_in_transaction_session_timeout: '60s',
};
/** bigint comes as text by default: ids here stay below 2^53. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * @param onIdleError called when a connection breaks while no statement runs on it; the pool replaces it. May be called twice for one
 * @param hosts the servers of DATABASE_URL, where another pool is to leave them together with this one
 */
export function openDatabase(
  settings: PersistenceSettings,
  onIdleError: (error: Error) => void,
  hosts: DatabaseHosts = DatabaseHosts.of(settings.DATABASE_URL),
): Database {
  const pool = new ConnectionPool(
    hosts,
    {
      max: settings.DATABASE_POOL_SIZE,
      statement_timeout: settings.DATABASE_STATEMENT_TIMEOUT_MS,
      // a server that froze or a network that was cut does not answer a statement's time-out either
      query_timeout: settings.DATABASE_STATEMENT_TIMEOUT_MS + 1_000,
      keepAlive: true,
      application_name: 'ekphrasis',
      options: Object.entries(serverSettings)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
      types,
    },
    onIdleError,
  );
  return new Database({ dialect: new PostgresDialect({ pool }), ...(isTracing() && { log: traceStatement }) });
}

/**
 * Resolves while the database takes writes. For health checks. A statement that would lock rows for writing, if it had any,
 * is refused where the server is a standby or the session is read-only, and the refusal closes the connection.
 * @throws DatabaseUnavailableError
 */
export async function checkDatabase(database: Database): Promise<void> {
  await withDatabaseErrors(() => sql`SELECT id FROM outbox LIMIT 0 FOR UPDATE`.execute(database));
}

import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely';
import { ConnectionPool } from './connection-pool.js';
import { DatabaseHosts } from './database-hosts.js';
import { migrations } from './migrations/index.js';
import { runMigrations, withMigrationLock } from './migration-run.js';
import { DatabaseUnavailableError, ForeignDatabaseError, mayPass } from './persistence.errors.js';
import type { PersistenceSettings } from './persistence.settings.js';
import type { SchemaMigration } from './schema-migration.js';

/** What bringing the schema up to date came to. */
export interface MigrationOutcome {
  /** The migrations that this call ran. */
  applied: string[];
  /** Migrations of the database that this version does not know: those of a newer one. */
  unknown: string[];
}

const keepAliveAfterMs = 10_000;

/**
 * Brings the schema up to date, over a connection of its own: a migration may run, and a replica may wait for another one's
 * migrations, for hours. Where nothing is to be done nobody is waited for. A database that is newer than this version is left
 * as it is: migrations are only ever added, and stay compatible with the version before.
 * @param tell called with the names of what is to be run, before it is run or waited for
 * @throws DatabaseUnavailableError; ForeignDatabaseError; MigrationFailedError with what the failing migration threw
 */
export async function migrateToLatest(
  { DATABASE_URL }: Pick<PersistenceSettings, 'DATABASE_URL'>,
  tell: (pending: string[]) => void = () => undefined,
): Promise<MigrationOutcome> {
  const database = openForMigrations(DATABASE_URL);
  try {
    const { pending, unknown } = await readState(database);
    if (pending.length === 0) return { applied: [], unknown };
    tell(pending);
    return await run(database);
  } catch (error) {
    throw mayPass(error) ? new DatabaseUnavailableError(error) : error;
  } finally {
    await database.destroy();
  }
}

/** Waits until no other replica migrates: a newer one may have done all of it, and more, meanwhile. */
function run(database: Kysely<unknown>): Promise<MigrationOutcome> {
  return database.connection().execute((connection) =>
    withMigrationLock(connection, async () => {
      const { pending, unknown } = await readState(connection);
      if (pending.length > 0) {
        await runMigrations(connection, pickMigrations(pending));
      }
      return { applied: pending, unknown };
    }),
  );
}

function pickMigrations(names: string[]): [string, SchemaMigration][] {
  return names.flatMap((name) => (migrations[name] ? [[name, migrations[name]]] : []));
}

/** @throws ForeignDatabaseError where the migrations of the database cannot be those of another version of this product */
async function readState(database: Kysely<unknown>): Promise<{ pending: string[]; unknown: string[] }> {
  const table = await sql<{ exists: boolean }>`
    SELECT to_regclass('kysely_migration') IS NOT NULL AS exists`.execute(database);
  const { rows } = table.rows[0]?.exists
    ? await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(database)
    : { rows: [] };
  const executed = new Set(rows.map(({ name }) => name));
  const pending = Object.keys(migrations)
    .sort()
    .filter((name) => !executed.has(name));
  const unknown = [...executed].filter((name) => !(name in migrations));
  if (pending.length > 0 && unknown.length > 0) throw new ForeignDatabaseError(unknown, pending);
  return { pending, unknown };
}

/** One connection, on which nothing but the end of its peer ends a statement. */
function openForMigrations(url: string): Kysely<unknown> {
  const config = {
    max: 1,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveAfterMs,
    application_name: 'ekphrasis migrations',
  };
  // whatever breaks the connection also fails the statement that waits for it
  const pool = new ConnectionPool(DatabaseHosts.of(url), config, () => undefined);
  const dialect = new PostgresDialect({
    pool,
    // the server, the role or the database may have set limits as well
    onCreateConnection: async (connection) => {
      for (const limit of ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) {
        await connection.executeQuery(CompiledQuery.raw(`SET ${limit} = 0`));
      }
    },
  });
  return new Kysely({ dialect });
}

import { sql, type Kysely } from 'kysely';
import { setTimeout as pause } from 'node:timers/promises';
import { MigrationFailedError, mayPass } from './persistence.errors.js';
import type { SchemaMigration } from './schema-migration.js';

/** That of Kysely's migrator, which earlier versions ran: replicas of both exclude each other. */
const lockId = '3853314791062309107';
const lockPollMs = 200;

/**
 * Runs `work` while no other replica migrates. The lock is asked for again and again and not waited for in the server: a
 * statement that waits there holds a snapshot, and `CREATE INDEX CONCURRENTLY` of the replica that has the lock would wait for it in turn.
 */
export async function withMigrationLock<T>(connection: Kysely<unknown>, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const { rows } = await sql<{ locked: boolean }>`
      SELECT pg_try_advisory_lock(${sql.raw(lockId)}) AS locked`.execute(connection);
    if (rows[0]?.locked) break;
    await pause(lockPollMs);
  }
  try {
    return await work();
  } finally {
    // a connection that broke has let go of it already
    await sql`SELECT pg_advisory_unlock(${sql.raw(lockId)})`.execute(connection).catch(() => undefined);
  }
}

/**
 * Runs migrations one after the other and records each as done, in the table that Kysely's migrator keeps.
 * @throws MigrationFailedError; what the driver threw where that may pass
 */
export async function runMigrations(
  connection: Kysely<unknown>,
  migrations: [name: string, migration: SchemaMigration][],
): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS kysely_migration (
      name varchar(255) NOT NULL PRIMARY KEY, timestamp varchar(255) NOT NULL
    )`.execute(connection);
  for (const [name, migration] of migrations) {
    try {
      await runMigration(connection, name, migration);
    } catch (error) {
      throw mayPass(error) ? error : new MigrationFailedError(name, error);
    }
  }
}

async function runMigration(connection: Kysely<unknown>, name: string, migration: SchemaMigration): Promise<void> {
  const run = async (database: Kysely<unknown>): Promise<void> => {
    await migration.up(database);
    await sql`
      INSERT INTO kysely_migration (name, timestamp) VALUES (${name}, ${new Date().toISOString()})`.execute(database);
  };
  if (migration.isTransactional === false) await run(connection);
  else await connection.transaction().execute(run);
}

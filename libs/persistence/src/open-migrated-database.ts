import { setTimeout as pause } from 'node:timers/promises';
import { type Database, openDatabase } from './database.js';
import type { DatabaseHosts } from './database-hosts.js';
import { parseDatabaseUrl } from './database-url.js';
import { migrateToLatest } from './migrate.js';
import { DatabaseUnavailableError } from './persistence.errors.js';
import type { PersistenceSettings } from './persistence.settings.js';
import { WaitNotice, type StartLog } from './wait-notice.js';

const patienceMs = 60_000;
const pauseMs = 500;

/**
 * Opens the database and migrates it. One that does not answer is waited for, a minute at most; migrations, this replica's or
 * another one's, are waited for as long as they take. After a second, and every ten from then on, it says for what.
 * @throws what `migrateToLatest` throws
 */
export async function openMigratedDatabase(
  settings: PersistenceSettings,
  logger: StartLog,
  hosts?: DatabaseHosts,
): Promise<Database> {
  const waiting = new WaitNotice(logger);
  try {
    await migrate(settings, logger, waiting);
  } finally {
    waiting.end();
  }
  return openDatabase(settings, (error) => logger.warn(`an idle connection broke: ${error.message}`), hosts);
}

async function migrate(settings: PersistenceSettings, logger: StartLog, waiting: WaitNotice): Promise<void> {
  let awaySince = Date.now();
  for (;;) {
    const beganAt = Date.now();
    waiting.waitsFor(`PostgreSQL at ${addressIn(settings.DATABASE_URL)}`);
    try {
      const { applied, unknown } = await migrateToLatest(settings, (pending) => {
        waiting.waitsFor(`migrations, which this replica or another one runs: ${pending.join(', ')}`);
      });
      if (applied.length > 0) logger.log(`migrated: ${applied.join(', ')}`);
      if (unknown.length > 0) logger.warn(`the schema is newer than this version, by ${unknown.join(', ')}`);
      return;
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      // who took so long was migrating, or waiting for who did: the database was there
      if (Date.now() - beganAt > patienceMs) awaySince = Date.now();
      if (Date.now() - awaySince > patienceMs) throw error;
      waiting.because(error.message);
      await pause(pauseMs);
    }
  }
}

/** A URL's servers and database, without user and password. */
function addressIn(url: string): string {
  const { hosts = [], database } = parseDatabaseUrl(url) ?? {};
  return `${hosts.map(({ name }) => name).join(', ')}/${database}`;
}

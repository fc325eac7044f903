import { setTimeout as pause } from 'node:timers/promises';
import { type Database, openDatabase } from './database.js';
import type { DatabaseHosts } from './database-hosts.js';
import { parseDatabaseUrl } from './database-url.js';
import { migrateToLatest } from './migrate.js';
import { DatabaseUnavailableError } from './persistence.errors.js';
import type { PersistenceSettings } from './persistence.settings.js';

/** Where the start says what it waits for. */
export interface StartLog {
  log(message: string): void;
  warn(message: string): void;
}

const patienceMs = 60_000;
const pauseMs = 500;
const firstWordMs = 1_000;
const nextWordMs = 10_000;

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
  const waiting = new WaitingWords(logger);
  try {
    await migrate(settings, logger, waiting);
  } finally {
    waiting.end();
  }
  return openDatabase(settings, (error) => logger.warn(`an idle connection broke: ${error.message}`), hosts);
}

async function migrate(settings: PersistenceSettings, logger: StartLog, waiting: WaitingWords): Promise<void> {
  let awaySince = Date.now();
  for (;;) {
    const beganAt = Date.now();
    waiting.beginFor(`PostgreSQL at ${addressIn(settings.DATABASE_URL)}`);
    try {
      const { applied, unknown } = await migrateToLatest(settings, (pending) => {
        waiting.beginFor(`migrations, which this replica or another one runs: ${pending.join(', ')}`);
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

/** Tells whoever watches a start what it waits for: now and then, and at once where the reason is another one. */
class WaitingWords {
  private what = '';
  private reason = '';
  private timer: NodeJS.Timeout;

  constructor(private readonly logger: StartLog) {
    this.timer = setTimeout(() => this.speak(), firstWordMs);
  }

  beginFor(what: string): void {
    if (what === this.what) return;
    this.what = what;
    this.reason = '';
  }

  because(reason: string): void {
    if (reason === this.reason) return;
    this.reason = reason;
    this.speak();
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private speak(): void {
    clearTimeout(this.timer);
    this.logger.warn(`waiting for ${this.what}${this.reason && `: ${this.reason}`}`);
    this.timer = setTimeout(() => this.speak(), nextWordMs);
  }
}

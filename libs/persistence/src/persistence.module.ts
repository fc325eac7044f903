import { Global, Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { readEnvironment } from '@ekphrasis/configuration';
import { OUTBOX_STORE } from '@ekphrasis/messaging';
import { Database, openDatabase } from './database.js';
import { migrateToLatest } from './migrate.js';
import { DatabaseUnavailableError, withDatabaseErrors } from './persistence.errors.js';
import { PersistenceSettings } from './persistence.settings.js';
import { PostgresOutbox } from './postgres-outbox.js';

const patienceMs = 60_000;
const pauseMs = 500;

/** Opens the database and migrates it; a database that is still starting is waited for, a minute at most. */
async function openAndMigrate(settings: PersistenceSettings): Promise<Database> {
  const logger = new Logger('Database');
  const database = openDatabase(settings, (error) => logger.warn(`an idle connection broke: ${error.message}`));
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const applied = await withDatabaseErrors(() => migrateToLatest(database));
      if (applied.length > 0) logger.log(`migrated: ${applied.join(', ')}`);
      return database;
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError) || Date.now() > deadline) throw error;
      logger.warn(`not ready: ${(error as Error).message}`);
      await pause(pauseMs);
    }
  }
}

/** PostgreSQL for one app: the typed database, migrated, and the outbox. */
@Global()
@Module({})
export class PersistenceModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  static forRoot(): DynamicModule {
    const settings = readEnvironment(PersistenceSettings);
    return {
      module: PersistenceModule,
      providers: [
        { provide: Database, useFactory: () => openAndMigrate(settings) },
        { provide: OUTBOX_STORE, useFactory: (database: Database) => new PostgresOutbox(database), inject: [Database] },
      ],
      exports: [Database, OUTBOX_STORE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.destroy();
  }
}

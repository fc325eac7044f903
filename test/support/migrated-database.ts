import { migrateToLatest, openDatabase, type Database } from '@ekphrasis/persistence';
import { createOwnDatabase } from './own-database.js';

export interface MigratedDatabase {
  readonly database: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** A migrated database of the test's own. */
export async function openMigratedDatabase(): Promise<MigratedDatabase> {
  const own = await createOwnDatabase();
  const settings = { DATABASE_URL: own.url, DATABASE_POOL_SIZE: 8, DATABASE_STATEMENT_TIMEOUT_MS: 60_000 };
  const database = openDatabase(settings, () => undefined);
  await migrateToLatest(settings);
  return {
    database,
    url: own.url,
    close: async () => {
      await database.destroy();
      await own.drop();
    },
  };
}

import { migrateToLatest, openDatabase, type Database } from '@ekphrasis/persistence';
import { createOwnDatabase } from '../../../test/support/own-database.js';

export interface ApiDatabase {
  readonly database: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** A migrated database of the test's own. */
export async function openApiDatabase(): Promise<ApiDatabase> {
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

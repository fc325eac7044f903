import { migrateToLatest, openDatabase, type Database } from '@ekphrasis/persistence';
import { createOwnDatabase } from '../../../test/support/own-database.js';

/** A migrated database of the test's own. */
export async function openWebhooksDatabase(): Promise<{ database: Database; close(): Promise<void> }> {
  const own = await createOwnDatabase();
  const settings = { DATABASE_URL: own.url, DATABASE_POOL_SIZE: 8, DATABASE_STATEMENT_TIMEOUT_MS: 60_000 };
  await migrateToLatest(settings);
  const database = openDatabase(settings, () => undefined);
  return {
    database,
    close: async () => {
      await database.destroy();
      await own.drop();
    },
  };
}

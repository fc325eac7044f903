import { Migrator } from 'kysely';
import type { Database } from './database.js';
import { migrations } from './migrations/index.js';

/**
 * Brings the schema up to date. Replicas that boot together wait for each other: the migrator holds a PostgreSQL advisory
 * lock meanwhile.
 * @throws what the failing migration threw
 */
export async function migrateToLatest(database: Database): Promise<string[]> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error as Error;
  return (results ?? []).map(({ migrationName }) => migrationName);
}

import { Migrator, type Kysely } from 'kysely';
import { migrations } from './migrations/index.js';

/**
 * Brings the schema up to date. Replicas that boot together wait for each other: the migrator holds a PostgreSQL advisory
 * lock meanwhile.
 * @throws what the failing migration threw
 */
export async function migrateToLatest<T>(database: Kysely<T>): Promise<string[]> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error(String(error));
  return (results ?? []).map(({ migrationName }) => migrationName);
}

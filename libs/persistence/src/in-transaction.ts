import type { Transaction } from 'kysely';
import type { Database } from './database.js';
import { withDatabaseErrors } from './persistence.errors.js';
import type { Schema } from './schema.js';

/** Runs work in one transaction, which is undone where the work throws. @throws DatabaseUnavailableError, and what the work throws */
export function inTransaction<T>(
  database: Database,
  work: (transaction: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return withDatabaseErrors(() => database.transaction().execute(work));
}

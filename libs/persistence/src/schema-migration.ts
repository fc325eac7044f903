import type { Kysely } from 'kysely';

/** One step of the schema. Each is committed together with the record that it was done, unless it says otherwise. */
export interface SchemaMigration {
  up(database: Kysely<unknown>): Promise<void>;
  /**
   * False where a statement of it cannot run in a transaction, such as `CREATE INDEX CONCURRENTLY`. Such a migration may be cut
   * short between any two of its statements and is begun anew then, so each of them has to bear being repeated.
   */
  readonly isTransactional?: boolean;
}

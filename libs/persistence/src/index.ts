export { parseDatabaseUrl, type DatabaseAddress, type DatabaseHost } from './database-url.js';
export { checkDatabase, Database, openDatabase, ReadDatabase } from './database.js';
export { DatabaseLineage } from './database-lineage.js';
export { inTransaction } from './in-transaction.js';
export { migrateToLatest } from './migrate.js';
export { DatabaseUnavailableError, withDatabaseErrors } from './persistence.errors.js';
export { PersistenceModule } from './persistence.module.js';
export { PersistenceSettings } from './persistence.settings.js';
export type { ResultsTable, Schema, StoredCaption, StoredCaptionOptions } from './schema.js';

import type { PersistenceSettings } from '@ekphrasis/persistence';

/** As an app's environment would have them. */
export function settingsFor(url: string): PersistenceSettings {
  return { DATABASE_URL: url, DATABASE_POOL_SIZE: 8, DATABASE_STATEMENT_TIMEOUT_MS: 10_000 };
}

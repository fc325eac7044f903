import { InvalidEnvironmentError } from '@ekphrasis/configuration';
import type { PersistenceSettings } from './persistence.settings.js';

/** One for a relay that waits for its confirms, and two for commits. */
const fewestOthers = 3;
const usualShare = 0.3;

/**
 * Of the connections that a process may hold, those for what clients read and those for everything else.
 * @throws {InvalidEnvironmentError} where too few are left for the others
 */
export function poolSizes({
  DATABASE_POOL_SIZE: all,
  DATABASE_READ_POOL_SIZE: reads = Math.max(1, Math.floor(all * usualShare)),
}: Pick<PersistenceSettings, 'DATABASE_POOL_SIZE' | 'DATABASE_READ_POOL_SIZE'>): { reads: number; others: number } {
  if (all - reads >= fewestOthers) return { reads, others: all - reads };
  throw new InvalidEnvironmentError([
    `Expected at most ${all - fewestOthers}, DATABASE_POOL_SIZE less ${fewestOthers}, for DATABASE_READ_POOL_SIZE but received ${reads}`,
  ]);
}

import type { Transaction } from 'kysely';
import { inTransaction, type Database, type Schema } from '@ekphrasis/persistence';

/** Rows whose time is over, a page at a time, and what lies in storage for them. */
export interface ExpiringRows<Row> {
  pageSize: number;
  /** Locks a page of rows, the oldest first; what somebody else is at is passed over. */
  lock(transaction: Transaction<Schema>): Promise<Row[]>;
  /** @returns those of which nothing is left in storage */
  removeFiles(rows: Row[]): Promise<Row[]>;
  remove(transaction: Transaction<Schema>, rows: Row[]): Promise<void>;
}

/** What became of a page. */
export interface RemovedPage<Row> {
  removed: number;
  /** After which row the next page begins; undefined where there is none, or nothing can be removed now. */
  last?: Row;
}

/**
 * Removes a page of rows: first their files, then, of those whose files are gone, the rows. A crash in between leaves rows that come
 * again at the next turn, never files that nobody knows of.
 */
export function removeWithFiles<Row>(database: Database, rows: ExpiringRows<Row>): Promise<RemovedPage<Row>> {
  return inTransaction(database, async (transaction) => {
    const found = await rows.lock(transaction);
    const gone = found.length === 0 ? [] : await rows.removeFiles(found);
    if (gone.length === 0) return { removed: 0 };
    await rows.remove(transaction, gone);
    return { removed: gone.length, ...(found.length === rows.pageSize && { last: found.at(-1) }) };
  });
}

import { sql, type RawBuilder } from 'kysely';

/** Whether a caller may know of an image: everybody of one that came without a key, and of another its client alone. @param caller undefined for whoever calls without a key */
export function isOpenTo(caller: string | undefined, { clientId }: { clientId: string | null }): boolean {
  return clientId === null || clientId === caller;
}

/** The same as the condition of a statement about rows that belong to clients. */
export function openTo(caller: string | undefined, table = 'images'): RawBuilder<boolean> {
  const owner = sql.ref(`${table}.client_id`);
  return caller === undefined ? sql`${owner} IS NULL` : sql`(${owner} IS NULL OR ${owner} = ${caller})`;
}

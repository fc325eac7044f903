import { sql } from 'kysely';

/** What `clientsById` gives: the client of each image that has one; null where none has. */
export type ClientsById = Record<string, string> | null;

/** The clients of the rows (`id`, `client_id`) that are aggregated: no rows of their own, of which the driver would make objects. */
export const clientsById = sql<ClientsById>`json_object_agg(id, client_id) FILTER (WHERE client_id IS NOT NULL)`;

export function clientsIn(clients: ClientsById): Map<number, string> {
  return new Map(Object.entries(clients ?? {}).map(([id, client]) => [Number(id), client]));
}

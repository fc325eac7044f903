import { sql, type Kysely } from 'kysely';
import { createIndexConcurrently } from '../create-index-concurrently.js';

export const isTransactional = false;

/** Clients and their keys; described images of clients by id, and all images of a client. Images without a client cost nothing more. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS clients (
      client_id text PRIMARY KEY,
      name text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(database);
  await sql`
    CREATE TABLE IF NOT EXISTS api_keys (
      key_id text PRIMARY KEY,
      client_id text NOT NULL REFERENCES clients,
      hash bytea NOT NULL UNIQUE,
      prefix text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_used_at timestamptz,
      revoked_at timestamptz
    )`.execute(database);
  await sql`CREATE INDEX IF NOT EXISTS api_keys_client ON api_keys (client_id)`.execute(database);
  await createIndexConcurrently(
    database,
    'images_described_clients',
    'ON images (id) INCLUDE (client_id) WHERE description IS NOT NULL AND client_id IS NOT NULL',
  );
  await createIndexConcurrently(database, 'images_client', 'ON images (client_id, id) WHERE client_id IS NOT NULL');
}

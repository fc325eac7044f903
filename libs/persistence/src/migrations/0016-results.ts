import { sql, type Kysely } from 'kysely';

/** What became of the messages of `task_queue`, each once, by the id under which its consumers know it. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE results (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      delivery_id uuid NOT NULL UNIQUE,
      message text NOT NULL,
      kind text NOT NULL,
      result text,
      error text,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(database);
}

import { sql, type Kysely } from 'kysely';

/** The API over AMQP: its users, their tasks, and the requests that were served, each with its answer. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE users (
      id uuid PRIMARY KEY,
      email text NOT NULL,
      full_name text NOT NULL,
      password_hash text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(database);
  await sql`CREATE UNIQUE INDEX users_email ON users (lower(email))`.execute(database);
  await sql`
    CREATE TABLE tasks (
      id uuid PRIMARY KEY,
      position bigint GENERATED ALWAYS AS IDENTITY,
      owner_id uuid NOT NULL,
      title text NOT NULL,
      description text,
      status text NOT NULL CHECK (status IN ('todo', 'in_progress', 'done')),
      priority text NOT NULL CHECK (priority IN ('low', 'medium', 'high')),
      due_date text,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL
    )`.execute(database);
  await sql`CREATE INDEX tasks_owner ON tasks (owner_id, position)`.execute(database);
  // json and not jsonb: an answer is sent again byte by byte
  await sql`
    CREATE TABLE processed_requests (
      id text NOT NULL,
      caller text NOT NULL,
      fingerprint bytea NOT NULL,
      response_json json NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      other_contents bytea[] NOT NULL DEFAULT '{}',
      PRIMARY KEY (id, caller)
    )`.execute(database);
  await sql`CREATE INDEX processed_requests_created_at ON processed_requests (created_at)`.execute(database);
}

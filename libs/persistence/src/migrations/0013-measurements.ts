import { sql, type Kysely } from 'kysely';

/** Measurements of pictures, and how many there are of each share of red in each minute, hour and day. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE measurements (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      client_id text NOT NULL,
      nonce text NOT NULL UNIQUE,
      file_name text,
      content_type text NOT NULL,
      red smallint NOT NULL CHECK (red BETWEEN 0 AND 10000),
      red_channel_mean double precision NOT NULL,
      width integer NOT NULL,
      height integer NOT NULL,
      measured_at timestamptz NOT NULL,
      requeued_at timestamptz,
      counted_at timestamptz
    )`.execute(database);
  await sql`CREATE INDEX measurements_of_client ON measurements (client_id, id)`.execute(database);
  await sql`CREATE INDEX measurements_in_time ON measurements (client_id, measured_at) INCLUDE (red)`.execute(database);
  await sql`
    CREATE INDEX measurements_uncounted ON measurements (client_id, measured_at) INCLUDE (red)
    WHERE counted_at IS NULL`.execute(database);
  // each row leaves the index of uncounted ones soon, and what is dead there must not pile up
  await sql`ALTER TABLE measurements SET (autovacuum_vacuum_scale_factor = 0.01)`.execute(database);
  await sql`
    CREATE TABLE red_counts (
      client_id text NOT NULL,
      resolution text NOT NULL CHECK (resolution IN ('minute', 'hour', 'day')),
      part smallint NOT NULL CHECK (part BETWEEN -1 AND 100),
      start timestamptz NOT NULL,
      at_least integer[] NOT NULL,
      PRIMARY KEY (client_id, resolution, part, start)
    ) WITH (fillfactor = 70)`.execute(database);
}

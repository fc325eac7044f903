import { sql, type Kysely } from 'kysely';

/** Clients' webhooks, the events that they are told of, and what became of telling them. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE webhooks (
      webhook_id text PRIMARY KEY,
      client_id text NOT NULL,
      url text NOT NULL,
      events text[] NOT NULL,
      threshold double precision CHECK (threshold BETWEEN 0 AND 1),
      enabled boolean NOT NULL DEFAULT true,
      secret text NOT NULL,
      earlier_secret text,
      earlier_secret_until timestamptz,
      revision bigint NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz
    )`.execute(database);
  await sql`CREATE INDEX webhooks_client ON webhooks (client_id, created_at) WHERE deleted_at IS NULL`.execute(
    database,
  );
  await sql`CREATE INDEX webhooks_revision ON webhooks (revision)`.execute(database);
  // one row, locked by each change until its commit: revisions become visible in their order
  await sql`CREATE TABLE webhook_revision (revision bigint NOT NULL)`.execute(database);
  await sql`INSERT INTO webhook_revision VALUES (0)`.execute(database);
  await sql`
    CREATE TABLE webhook_events (
      event_id text PRIMARY KEY,
      type text NOT NULL,
      body text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(database);
  await sql`CREATE INDEX webhook_events_created_at ON webhook_events (created_at)`.execute(database);
  await sql`
    CREATE TABLE webhook_deliveries (
      webhook_id text NOT NULL,
      delivery_id bigint GENERATED ALWAYS AS IDENTITY,
      event_id text NOT NULL REFERENCES webhook_events ON DELETE CASCADE,
      status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
      failures integer NOT NULL DEFAULT 0,
      claims integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz DEFAULT now() CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
      attempts jsonb NOT NULL DEFAULT '[]',
      PRIMARY KEY (webhook_id, delivery_id),
      UNIQUE (event_id, webhook_id)
    ) WITH (fillfactor = 70)`.execute(database);
  // each webhook's own queue
  await sql`
    CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_attempt_at) WHERE status = 'pending'`.execute(
    database,
  );
  // what is delivered leaves dead entries at the head of that queue: they must go soon, or reading it slows down
  await sql`
    ALTER TABLE webhook_deliveries SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 10000)`.execute(
    database,
  );
}

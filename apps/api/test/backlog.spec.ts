import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { PostgresOutbox, type OutboxRelay } from '@ekphrasis/outbox';
import { Registry } from '@ekphrasis/observability';
import { BacklogMetrics } from '../src/backlog/backlog.metrics.js';
import { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { UnfinishedImagesRepository } from '../src/backlog/unfinished-images.repository.js';
import { ProcessedIdsRegistry } from '../src/images/finished-ids/processed-ids-registry.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. */
describe('the metrics of what waits (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let registry: Registry;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    opened = await openMigratedDatabase();
    const { database } = opened;
    registry = new Registry();
    new BacklogMetrics(
      registry,
      new PostgresOutbox(database),
      { keysRefused: 2 } as OutboxRelay,
      new DeadLettersRepository(database),
      new ProcessedIdsRegistry(),
      new UnfinishedImagesRepository(database),
    );
  });
  afterAll(async () => {
    await opened?.close();
    Logger.overrideLogger(new Logger());
  });

  const read = async (name: string): Promise<number> => {
    const line = (await registry.metrics()).split('\n').find((text) => text.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  };
  const oldest = () => read('ekphrasis_oldest_unfinished_image_seconds');

  it('tell how long the image that waits longest has waited since its job was last queued', async () => {
    expect(await oldest()).toBe(0);
    await sql`INSERT INTO images (id, url, status, queued_at, requeued_at, started_at, finished_at, description) VALUES
      (1, 'a', 'described', now() - interval '1 day', NULL, NULL, now(), 'a cat'),
      (2, 'a', 'failed', now() - interval '1 day', NULL, NULL, now(), NULL),
      (3, 'a', 'queued', now() - interval '1 day', now() - interval '1 minute', NULL, NULL, NULL),
      (4, 'a', 'processing', now() - interval '1 hour', NULL, now(), NULL, NULL),
      (5, 'a', 'queued', now(), NULL, NULL, NULL, NULL)`.execute(opened.database);
    expect(Math.round((await oldest()) / 10)).toBe(360);
    await sql`UPDATE images SET status = 'failed', finished_at = now() WHERE id = 4`.execute(opened.database);
    expect(Math.round((await oldest()) / 10)).toBe(6);
    await sql`UPDATE images SET status = 'failed', finished_at = now() WHERE finished_at IS NULL`.execute(
      opened.database,
    );
    expect(await oldest()).toBe(0);
  });

  it('tell how many routing keys the broker refuses', async () => {
    expect(await read('ekphrasis_outbox_refused_keys')).toBe(2);
  });

  it('come without a database that answers, with what was known last', async () => {
    await sql`INSERT INTO dead_letters (queue, code, reason, attempts, routing_key, type, body)
      VALUES ('queue', 'code', 'reason', 1, 'key', 'type', '')`.execute(opened.database);
    expect(await read('ekphrasis_dead_letters')).toBe(1);
    await opened.database.transaction().execute(async (transaction) => {
      await sql`LOCK TABLE dead_letters`.execute(transaction);
      const before = performance.now();
      expect(await read('ekphrasis_dead_letters')).toBe(1);
      expect(performance.now() - before).toBeLessThan(8_000);
    });
  });

  it('count what is in the outbox', async () => {
    await sql`INSERT INTO outbox (routing_key, type, body) SELECT 'key', 'type', '{}' FROM generate_series(1, 3)`.execute(
      opened.database,
    );
    expect(await read('ekphrasis_outbox_messages')).toBe(3);
  });
});

import { sql } from 'kysely';
import { PostgresOutbox, type OutboxMessage } from '@ekphrasis/outbox';
import { migrateToLatest, openDatabase, type Database } from '@ekphrasis/persistence';
import { createOwnDatabase, type OwnDatabase } from '../../../test/support/own-database.js';
import { until } from '../../../test/support/until.js';
import { settingsFor } from '../../persistence/test/database-settings.js';

/** Real: the database. */
describe('PostgresOutbox (real: PostgreSQL)', () => {
  let own: OwnDatabase;
  let databases: Database[];
  let first: PostgresOutbox;
  let second: PostgresOutbox;

  beforeAll(async () => {
    own = await createOwnDatabase();
    databases = [0, 1].map(() => openDatabase(settingsFor(own.url), () => undefined));
    await migrateToLatest(settingsFor(own.url));
    [first, second] = databases.map((database) => new PostgresOutbox(database)) as [PostgresOutbox, PostgresOutbox];
  });
  afterAll(async () => {
    for (const database of databases ?? []) await database.destroy();
    await own?.drop();
  });
  beforeEach(() => own.query('TRUNCATE outbox'));

  const fill = (count: number) =>
    sql`INSERT INTO outbox (routing_key, type, body) SELECT 'key', 'type', n::text FROM generate_series(1, ${count}) n`.execute(
      databases[0]!,
    );
  const all = async (messages: OutboxMessage[]) => messages.map(({ id }) => id);
  const bodies = (messages: OutboxMessage[]) => messages.map(({ body }) => Number(body));

  it('hands out the oldest first, whole, and forgets what was confirmed', async () => {
    await fill(5);
    let seen: OutboxMessage[] = [];
    const outcome = await first.relay(3, (messages) => all((seen = messages)));
    expect(outcome).toEqual({ handedOut: 3, forgotten: 3 });
    expect(bodies(seen)).toEqual([1, 2, 3]);
    expect(seen[0]).toEqual({ id: expect.any(Number), routingKey: 'key', type: 'type', body: '1', traceparent: null });
    expect(await first.count()).toBe(2);
  });

  it('keeps what was not confirmed', async () => {
    await fill(3);
    const outcome = await first.relay(10, async ([, confirmed]) => [confirmed!.id]);
    expect(outcome).toEqual({ handedOut: 3, forgotten: 1 });
    let left: number[] = [];
    await first.relay(10, async (messages) => {
      left = bodies(messages);
      return [];
    });
    expect(left).toEqual([1, 3]);
  });

  it('leaves messages with some routing keys where they are', async () => {
    await fill(2);
    await own.query(`INSERT INTO outbox (routing_key, type, body) VALUES ('other', 'type', '3')`);
    let seen: number[] = [];
    const outcome = await first.relay(10, (messages) => all(((seen = bodies(messages)), messages)), ['key', 'third']);
    expect(outcome).toEqual({ handedOut: 1, forgotten: 1 });
    expect(seen).toEqual([3]);
    expect(await first.count()).toBe(2);
  });

  it('tells of one kind of message whether any waits', async () => {
    await fill(1);
    expect(await first.look('key')).toMatchObject({ isEmpty: false });
    const [clock] = await own.query<{ now: Date }>('SELECT now()');
    const { isEmpty, at } = await first.look('other');
    expect(isEmpty).toBe(true);
    expect(at.getTime()).toBeGreaterThanOrEqual(clock!.now.getTime());
  });

  it('says so when there is nothing', async () => {
    const publish = jest.fn();
    expect(await first.relay(10, publish)).toEqual({ handedOut: 0, forgotten: 0 });
    expect(publish).not.toHaveBeenCalled();
  });

  it('gives two relays different messages, and none waits for the other', async () => {
    await fill(10);
    let finish: () => void = () => undefined;
    let mine: number[] = [];
    const slow = first.relay(4, async (messages) => {
      mine = bodies(messages);
      await new Promise<void>((resolve) => (finish = resolve));
      return all(messages);
    });
    await until('the first has its messages', () => mine.length > 0);
    let theirs: number[] = [];
    await second.relay(4, (messages) => {
      theirs = bodies(messages);
      return all(messages);
    });
    finish();
    await slow;
    expect(mine).toEqual([1, 2, 3, 4]);
    expect(theirs).toEqual([5, 6, 7, 8]);
    expect(await first.count()).toBe(2);
  });

  it('brings every message to exactly one of two relays that work as fast as they can', async () => {
    await fill(2_000);
    const sent: number[] = [];
    const work = async (outbox: PostgresOutbox): Promise<void> => {
      for (;;) {
        const { handedOut } = await outbox.relay(64, (messages) => {
          sent.push(...bodies(messages));
          return all(messages);
        });
        if (handedOut === 0) return;
      }
    };
    await Promise.all([work(first), work(second)]);
    expect(sent.sort((a, b) => a - b)).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1));
  });

  it('hands messages out again when the relay died after the publish and before the commit', async () => {
    await fill(2);
    const sent: number[] = [];
    const dying = second.relay(10, async (messages) => {
      sent.push(...bodies(messages));
      await own.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'idle in transaction'`,
      );
      return all(messages);
    });
    await expect(dying).rejects.toMatchObject({ code: 'database-unavailable', retryable: true });
    await first.relay(10, (messages) => {
      sent.push(...bodies(messages));
      return all(messages);
    });
    expect(sent).toEqual([1, 2, 1, 2]);
    expect(await first.count()).toBe(0);
  });
});

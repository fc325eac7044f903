import type { Database } from '@ekphrasis/persistence';
import {
  DeliveriesRepository,
  DeliveryLifecycleRepository,
  type AttemptOutcome,
  type ClaimedDelivery,
  type WebhookEvent,
} from '../src/index.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. */
describe('deliveries (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let database: Database;
  let lifecycle: DeliveryLifecycleRepository;
  let deliveries: DeliveriesRepository;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    ({ database } = opened);
    lifecycle = new DeliveryLifecycleRepository(database);
    deliveries = new DeliveriesRepository(database, database);
  });
  afterAll(() => opened?.close());
  beforeEach(() => database.deleteFrom('webhook_events').execute());

  const event = (eventId: string): WebhookEvent => ({
    eventId,
    type: 'red.measured',
    timestamp: '2026-01-01T00:00:00.000Z',
    data: { red: 0.5 },
  });
  const append = (eventId: string, ...webhookIds: string[]) =>
    database
      .transaction()
      .execute((transaction) => lifecycle.append(transaction, [{ event: event(eventId), webhookIds }]));
  const claim = (places: Record<string, number>, leaseMs = 60_000) =>
    lifecycle.claim(new Map(Object.entries(places)), leaseMs);
  const outcome = (
    delivery: ClaimedDelivery,
    status: AttemptOutcome['status'],
    retryAfterMs?: number,
  ): AttemptOutcome => ({
    delivery,
    status,
    retryAfterMs,
    attempt: {
      at: '2026-01-01T00:00:01.000Z',
      status_code: status === 'delivered' ? 200 : 500,
      error: null,
      duration_ms: 3,
    },
  });

  it('are one of an event to each webhook, however often the event comes', async () => {
    expect(await append('e1', 'a', 'b')).toEqual(['a', 'b']);
    expect(await append('e1', 'a', 'b', 'c')).toEqual([]);
    expect((await deliveries.list('a', 10)).map(({ eventId }) => eventId)).toEqual(['e1']);
    expect(await deliveries.list('c', 10)).toEqual([]);
  });

  it('are undone with the transaction that they belong to', async () => {
    const undone = database.transaction().execute(async (transaction) => {
      await lifecycle.append(transaction, [{ event: event('e1'), webhookIds: ['a'] }]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await append('e1', 'a')).toEqual(['a']);
  });

  it('are handed out as many as there are places for each webhook, the longest due first, and to one process only', async () => {
    for (const id of ['e1', 'e2', 'e3']) await append(id, 'a');
    await append('e4', 'b');
    const first = await claim({ a: 2, b: 5, c: 1 });
    expect(first.map(({ webhookId, eventId }) => `${webhookId} ${eventId}`).sort()).toEqual(['a e1', 'a e2', 'b e4']);
    expect(first[0]).toMatchObject({ claim: 1, failures: 0, body: expect.stringContaining('"data":{"red":0.5}') });
    expect((await claim({ a: 2, b: 5 })).map(({ eventId }) => eventId)).toEqual(['e3']);
    expect(await claim({ a: 2, b: 5 })).toEqual([]);
  });

  it('are shared by processes that claim at once', async () => {
    for (let count = 0; count < 40; count += 1) await append(`e${count}`, 'a');
    const claimed = (await Promise.all([1, 2, 3, 4].map(() => claim({ a: 20 })))).flat();
    expect(new Set(claimed.map(({ deliveryId }) => deliveryId)).size).toBe(claimed.length);
    expect(claimed.length).toBeGreaterThanOrEqual(20);
  });

  it('come back at their lease’s end, and the outcome of an earlier claim counts no more', async () => {
    await append('e1', 'a');
    const [frozen] = await claim({ a: 1 }, 0);
    const [other] = await claim({ a: 1 });
    expect(other).toMatchObject({ deliveryId: frozen!.deliveryId, claim: 2 });
    await lifecycle.record([outcome(frozen!, 'failed')]);
    expect((await deliveries.list('a', 1))[0]).toMatchObject({ status: 'pending', attempts: [] });
    await lifecycle.record([outcome(other!, 'delivered')]);
    expect((await deliveries.list('a', 1))[0]).toMatchObject({ status: 'delivered', nextAttemptAt: null });
  });

  it('are due again when their retry says, with every attempt kept', async () => {
    await append('e1', 'a');
    const [first] = await claim({ a: 1 });
    await lifecycle.record([outcome(first!, 'pending', 60_000)]);
    const [listed] = await deliveries.list('a', 1);
    expect(listed!.nextAttemptAt!.getTime() - Date.now()).toBeGreaterThan(50_000);
    expect(listed!.attempts).toEqual([outcome(first!, 'pending').attempt]);
    expect(await claim({ a: 1 })).toEqual([]);
    expect(await deliveries.waiting()).toEqual([{ webhookId: 'a', dueInMs: expect.any(Number), hasFailed: true }]);
  });

  it('begin anew when they are redelivered, whatever became of them', async () => {
    await append('e1', 'a');
    const [first] = await claim({ a: 1 });
    await lifecycle.record([outcome(first!, 'failed')]);
    await lifecycle.redeliver('a', first!.deliveryId);
    const [second] = await claim({ a: 1 });
    expect(second).toMatchObject({ eventId: 'e1', failures: 0, body: first!.body });
    await lifecycle.record([outcome(second!, 'delivered')]);
    expect((await deliveries.list('a', 1))[0]!.attempts).toHaveLength(2);
    await expect(lifecycle.redeliver('b', first!.deliveryId)).rejects.toMatchObject({ code: 'delivery-not-found' });
  });

  it('are due at once where they were claimed and not tried', async () => {
    await append('e1', 'a');
    const claimed = await claim({ a: 1 });
    await lifecycle.release(claimed);
    expect(await claim({ a: 1 })).toHaveLength(1);
    await lifecycle.release(claimed);
    expect(await claim({ a: 1 })).toEqual([]);
  });

  it('are found by their webhooks, the first due of each', async () => {
    await append('e1', 'a', 'b');
    await append('e2', 'b', 'c');
    const [taken] = await claim({ c: 1 });
    await lifecycle.record([outcome(taken!, 'delivered')]);
    const waiting = await deliveries.waiting();
    expect(waiting.map(({ webhookId, hasFailed }) => [webhookId, hasFailed])).toEqual([
      ['a', false],
      ['b', false],
    ]);
    for (const { dueInMs } of waiting) expect(dueInMs).toBeLessThanOrEqual(0);
  });

  it('are listed by pages, the newest first, and forgotten with their events', async () => {
    for (const id of ['e1', 'e2', 'e3']) await append(id, 'a');
    const [newest] = await deliveries.list('a', 1);
    expect(newest!.eventId).toBe('e3');
    expect((await deliveries.list('a', 10, newest!.deliveryId)).map(({ eventId }) => eventId)).toEqual(['e2', 'e1']);
    expect(await deliveries.forget(1, 10)).toBe(0);
    expect(await deliveries.forget(0, 2)).toBe(2);
    expect((await deliveries.list('a', 10)).map(({ eventId }) => eventId)).toEqual(['e3']);
  });
});

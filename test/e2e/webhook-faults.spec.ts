import type { RunningApplication } from '../support/setup-scripts.js';
import { describeWithFaults } from '../support/product.js';
import { startPrivateSystem, type PrivateSystem } from '../support/running-system.js';
import { until } from '../support/until.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { WebhooksClient } from '../support/webhooks-client.js';

const count = 40;

/**
 * Real: everything; broker and database are this test's own. What is accepted is told, whatever is killed, frozen or away in between.
 */
describeWithFaults('webhooks when something breaks', () => {
  let system: PrivateSystem;
  let receiver: WebhookReceiver;
  let client: WebhooksClient;
  let notifier: RunningApplication;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    system = await startPrivateSystem({
      name: 'webhook-faults',
      workers: 0,
      others: ['notifier'],
      environment: {
        WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
        WEBHOOK_RETRY_SECONDS: Array.from({ length: 60 }, () => 1).join(','),
        WEBHOOK_TIMEOUT_MS: '2000',
      },
    });
    [notifier] = system.others as [RunningApplication];
    client = await WebhooksClient.make(system.client);
  }, 400_000);
  afterAll(async () => {
    await system?.stop();
    await receiver?.close();
  }, 300_000);

  /** A webhook and events for it. */
  const tell = async (path: string): Promise<{ id: string; eventIds: string[] }> => {
    const { webhook_id: id } = await client.add(receiver.url(path));
    const eventIds = await Promise.all(Array.from({ length: count }, () => client.test(id)));
    return { id, eventIds };
  };
  const allDelivered = async ({ id, eventIds }: { id: string; eventIds: string[] }): Promise<void> => {
    await until(
      'every event is delivered',
      async () => {
        const deliveries = await client.deliveries(id);
        return deliveries.length === count && deliveries.every(({ status }) => status === 'delivered');
      },
      { within: 90_000, every: 300 },
    );
    const received = new Set(receiver.posts.map((post) => post.id));
    expect(eventIds.filter((eventId) => !received.has(eventId))).toEqual([]);
  };

  it('are all told when the notifier is killed with deliveries in its hands', async () => {
    receiver.answer('/killed', () => undefined);
    const told = await tell('/killed');
    await until('some are under way', () => receiver.postsTo('/killed').length > 0);
    await notifier.kill();
    receiver.answer('/killed', undefined);
    notifier = await system.startOther('notifier');
    await allDelivered(told);
  }, 150_000);

  it('are all told by another notifier while one is frozen, and what that one has to say of them afterwards counts no more', async () => {
    receiver.answer('/frozen', () => undefined);
    const told = await tell('/frozen');
    await until('some are under way', () => receiver.postsTo('/frozen').length > 0);
    notifier.freeze();
    try {
      receiver.answer('/frozen', undefined);
      const other = await system.startOther('notifier');
      await allDelivered(told);
      notifier.thaw();
      await other.stop();
    } finally {
      notifier.thaw();
    }
    await allDelivered(told);
  }, 150_000);

  it('are all told when their receiver was dead for most of the schedule', async () => {
    const { webhook_id: id } = await client.add(receiver.url('/dead'));
    await receiver.close();
    const eventIds = await Promise.all(Array.from({ length: count }, () => client.test(id)));
    await until(
      'each was tried in vain three times',
      async () => (await client.deliveries(id)).every(({ attempts }) => attempts.length >= 3),
      { within: 90_000, every: 500 },
    );
    await receiver.open();
    await allDelivered({ id, eventIds });
    const deliveries = await client.deliveries(id);
    for (const { attempts } of deliveries) expect(attempts.at(-2)).toMatchObject({ error: 'connection-failed' });
  }, 200_000);

  it('are told with the broker down: what is due stands in the database', async () => {
    await system.broker.kill();
    try {
      await allDelivered(await tell('/no-broker'));
    } finally {
      await system.broker.restart();
    }
  }, 150_000);

  it('are told once the database is back', async () => {
    receiver.answer('/no-database', () => undefined);
    const told = await tell('/no-database');
    await until('some are under way', () => receiver.postsTo('/no-database').length > 0);
    await system.database.kill();
    receiver.answer('/no-database', undefined);
    await system.database.restart();
    await allDelivered(told);
  }, 150_000);
});

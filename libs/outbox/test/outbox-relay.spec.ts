import { OutboxRelay, type OutboxMessage, type OutboxStore } from '@ekphrasis/outbox';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from '../../messaging/test/messaging-application.js';
import { printJob } from '../../messaging/test/print-job.js';

/** Any queue of the product, and what is bound to it. */
const [queue, key] = [printJob.queues.jobs.name, printJob.request.routingKey];

/** An outbox in memory that can fail where a database can: after the publish and before the commit. */
class MemoryOutbox implements OutboxStore {
  readonly messages: OutboxMessage[] = [];
  failNextCommit = false;
  looks = 0;
  private lastId = 0;

  add(count: number, routingKey = key): void {
    for (let added = 0; added < count; added += 1) {
      const id = (this.lastId += 1);
      this.messages.push({ id, routingKey, type: 'test.v1', body: JSON.stringify({ id }), traceparent: null });
    }
  }

  async relay(
    limit: number,
    publish: (messages: OutboxMessage[]) => Promise<number[]>,
    exceptKeys: readonly string[] = [],
  ) {
    this.looks += 1;
    const handedOut = this.messages.filter(({ routingKey }) => !exceptKeys.includes(routingKey)).slice(0, limit);
    if (handedOut.length === 0) return { handedOut: 0, forgotten: 0 };
    const confirmed = new Set(await publish(handedOut));
    if (this.failNextCommit) {
      this.failNextCommit = false;
      throw new Error('the process died before the commit');
    }
    this.messages.splice(0, this.messages.length, ...this.messages.filter(({ id }) => !confirmed.has(id)));
    return { handedOut: handedOut.length, forgotten: confirmed.size };
  }

  async look(wanted: string) {
    return { isEmpty: !this.messages.some(({ routingKey }) => routingKey === wanted), at: new Date() };
  }

  async count(): Promise<number> {
    return this.messages.length;
  }
}

/** Real: the broker. Two relays on a real database are in postgres-outbox.spec.ts. */
describe('OutboxRelay (real: RabbitMQ)', () => {
  let virtualHost: VirtualHost;
  let application: MessagingApplication;
  let probe: BrokerProbe;
  let outbox: MemoryOutbox;
  let relay: OutboxRelay;

  beforeEach(async () => {
    virtualHost = await provideVirtualHost();
    application = await startMessaging(virtualHost.url);
    probe = await BrokerProbe.open(virtualHost.url);
    outbox = new MemoryOutbox();
    relay = new OutboxRelay(application.publisher, outbox);
  });
  afterEach(async () => {
    await relay?.beforeApplicationShutdown();
    await probe?.close();
    await application?.close();
    await virtualHost?.remove();
  });

  const untilEmpty = () => until('the outbox is empty', () => outbox.messages.length === 0);

  it('brings over at its start what an earlier process left', async () => {
    outbox.add(1_000);
    relay.onApplicationBootstrap();
    await untilEmpty();
    await probe.expectDepth(queue, 1_000);
  });

  it('brings over at once what it is woken for', async () => {
    outbox.add(1);
    relay.wake();
    await untilEmpty();
    await probe.expectDepth(queue, 1);
  });

  it('finds by itself what nobody woke it for', async () => {
    relay.onApplicationBootstrap();
    await until('the first look is over', () => outbox.looks > 0);
    outbox.add(1);
    await untilEmpty();
  });

  it('forgets no message that the broker refused, and sends it later', async () => {
    await probe.deleteQueue(queue);
    outbox.add(3);
    relay.onApplicationBootstrap();
    await untilEmpty();
    await probe.expectDepth(queue, 3);
  });

  it('has no message that the broker cannot route hold up any other', async () => {
    outbox.add(2, 'nobody.is.bound');
    outbox.add(5_000);
    // no timer runs: whatever waits for its next look would wait for ever
    relay.wake();
    await until('all others are gone', () => outbox.messages.length === 2);
    await probe.expectDepth(queue, 5_000);
    expect(relay.keysRefused).toBe(1);
  });

  it('brings a message over once there is a queue for it', async () => {
    outbox.add(1, 'nobody.is.bound');
    relay.onApplicationBootstrap();
    await until('it was refused', () => relay.keysRefused === 1);
    await probe.bind(queue, 'images', 'nobody.is.bound');
    await untilEmpty();
    await probe.expectDepth(queue, 1);
    expect(relay.keysRefused).toBe(0);
  });

  it('sends again what was confirmed and not yet forgotten when it died: twice at worst', async () => {
    outbox.add(2);
    outbox.failNextCommit = true;
    relay.onApplicationBootstrap();
    await untilEmpty();
    await probe.expectDepth(queue, 4);
  });

  it('waits for the broker to come back', async () => {
    await until('it is listed', async () => (await virtualHost.closeConnections('test publishing')) > 0);
    outbox.add(5);
    relay.onApplicationBootstrap();
    await untilEmpty();
    await until('all wait', async () => (await probe.depth(queue)) >= 5);
  });

  it('lets the running batch finish when it stops, and takes no further one', async () => {
    outbox.add(2_000);
    relay.wake();
    await until('a batch is on its way', () => outbox.looks > 0, { every: 1 });
    await relay.beforeApplicationShutdown();
    const sent = 2_000 - outbox.messages.length;
    await probe.expectDepth(queue, sent);
    expect(sent).toBe(1_000);
  });
});

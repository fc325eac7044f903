import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { taskTopology } from '@ekphrasis/contracts';
import { CodedError } from '@ekphrasis/errors';
import type { IdentifiedConsumer, IdentifiedMessage } from '@ekphrasis/messaging';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { Link } from '../../../test/support/network/link.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';

const queue = 'task_queue';

/** Real: the broker, and a client of the queue that knows nothing of ids. */
describe('IdentifiedConsumer (real: RabbitMQ)', () => {
  let virtualHost: VirtualHost;
  /** Between the consumer and the broker. */
  let link: Link;
  let application: MessagingApplication;
  let probe: BrokerProbe;
  let client: ChannelModel;
  let channel: ConfirmChannel;
  let consumer: IdentifiedConsumer;

  beforeEach(async () => {
    virtualHost = await provideVirtualHost();
    link = await Link.open(virtualHost.url);
    application = await startMessaging(link.url, { topology: taskTopology });
    probe = await BrokerProbe.open(virtualHost.url);
    client = await connect(virtualHost.url, { noDelay: true });
    channel = await client.createConfirmChannel();
    await channel.assertQueue(queue, { durable: true });
  });
  afterEach(async () => {
    await client?.close();
    await probe?.close();
    await application?.close();
    await link?.close();
    await virtualHost?.remove();
  });

  async function send(...bodies: string[]): Promise<void> {
    for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body), { persistent: true });
    await channel.waitForConfirms();
  }

  function consume(handle: (message: IdentifiedMessage) => Promise<void>): void {
    consumer = application.consumers.identified({ readiness: 'tasks', queue, drainMs: 5_000, handle });
  }

  it('gives equal messages ids of their own, takes one at a time, and leaves nothing behind', async () => {
    await send(...Array.from({ length: 20 }, () => 'fact:6'));
    const ids = new Set<string>();
    let atOnce = 0;
    consume(async ({ id, body }) => {
      expect((atOnce += 1)).toBe(1);
      expect(body.toString()).toBe('fact:6');
      await new Promise((resolve) => setImmediate(resolve));
      ids.add(id);
      atOnce -= 1;
    });
    await until('all are handled', () => ids.size === 20);
    await consumer.stop();
    await probe.expectLeft(queue, 0);
  });

  it('knows a message again whose consumer was cut off after the effect, wherever it was cut off', async () => {
    await send(...Array.from({ length: 12 }, (_, index) => `user${index % 3}`));
    const effects = new Map<string, string>();
    let handled = 0;
    consume(async ({ id, body }) => {
      expect(effects.get(id) ?? body.toString()).toBe(body.toString());
      effects.set(id, body.toString());
      handled += 1;
      if (handled % 4 === 0) link.reset();
      // the commit that follows may or may not have reached the broker
      else if (handled % 4 === 2) setImmediate(() => link.reset());
    });
    await until('the queue is empty', async () => effects.size >= 12 && (await probe.depth(queue)) === 0);
    await consumer.stop();
    await probe.expectLeft(queue, 0);
    expect(handled).toBeGreaterThan(12);
    const counts = [0, 1, 2].map((user) => [...effects.values()].filter((body) => body === `user${user}`).length);
    expect(counts).toEqual([4, 4, 4]);
  });

  it('tries a message again in place while what it needs is away, and goes on with the next after it', async () => {
    await send('first', 'second');
    const handled: string[] = [];
    let failures = 0;
    consume(async ({ body }) => {
      handled.push(body.toString());
      if (handled.length > 3) return;
      failures += 1;
      throw new CodedError('grpc-unavailable', 'away', { retryable: true });
    });
    await until('both are handled', () => handled.includes('second'));
    expect(handled).toEqual(['first', 'first', 'first', 'first', 'second']);
    expect(failures).toBe(3);
    await consumer.stop();
    await probe.expectLeft(queue, 0);
  });

  it('leaves a message that waits to another consumer when it is told to end', async () => {
    await send('user42');
    const ids: string[] = [];
    let isAway = true;
    const handle = async ({ id }: IdentifiedMessage): Promise<void> => {
      ids.push(id);
      if (isAway) throw new CodedError('grpc-unavailable', 'away', { retryable: true });
    };
    consume(handle);
    await until('it was tried', () => ids.length > 0);
    await consumer.stop();
    await probe.expectDepth(queue, 1);
    isAway = false;
    consume(handle);
    await probe.expectDepth(queue, 0);
    await consumer.stop();
    await probe.expectLeft(queue, 0);
    expect(new Set(ids).size).toBe(1);
  });

  it('keeps what a message said of itself, but not where else it was sent', async () => {
    await channel.assertQueue('copies', { durable: true });
    channel.sendToQueue(queue, Buffer.from('user42'), {
      persistent: false,
      contentType: 'text/plain',
      correlationId: 'c-1',
      headers: { CC: ['copies'], mine: 'x' },
    });
    await channel.waitForConfirms();
    const seen: string[] = [];
    consume(async ({ id }) => void seen.push(id));
    await until('it is handled', () => seen.length === 1);
    await consumer.stop();
    await probe.expectDepth('copies', 1);
  });
});

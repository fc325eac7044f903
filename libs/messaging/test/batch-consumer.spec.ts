import { CodedError } from '@ekphrasis/errors';
import { deadLetterOf, reportsOf, type BatchConsumer } from '@ekphrasis/messaging';
import type { ConsumeMessage } from 'amqplib';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';
import { pagePrinted, printJob, type PagePrinted } from './print-job.js';

const away = () => new CodedError('database-unavailable', 'PostgreSQL is away', { retryable: true });

/** Real: the broker. */
describe('BatchConsumer (real: RabbitMQ)', () => {
  let virtualHost: VirtualHost;
  let application: MessagingApplication;
  let probe: BrokerProbe;
  let consumer: BatchConsumer<PagePrinted> | undefined;

  beforeEach(async () => {
    virtualHost = await provideVirtualHost();
    application = await startMessaging(virtualHost.url);
    probe = await BrokerProbe.open(virtualHost.url);
  });
  afterEach(async () => {
    await consumer?.stop();
    await probe?.close();
    await application?.close();
    await virtualHost?.remove();
  });

  async function consume(
    handle: (ids: number[]) => Promise<void>,
    { batchSize = 100, prefetch = 1_000 } = {},
  ): Promise<void> {
    consumer = application.consumers.batches<PagePrinted>({
      ...reportsOf<PagePrinted>(printJob),
      readiness: 'reports',
      prefetch,
      batchSize,
      handle: (messages) => handle(messages.map(({ pageId }) => pageId)),
    });
    await until('it is subscribed', () => consumer?.check().then(() => true));
  }

  const report = (...pageIds: number[]) =>
    Promise.all(pageIds.map((pageId) => application.publisher.send(pagePrinted, { pageId, attempt: 1 })));
  const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  /** What waits again once nobody consumes is everything that was not answered. */
  async function expectLeft(count: number): Promise<void> {
    await consumer?.stop();
    await probe.expectLeft('print.reports', count);
  }

  it('handles what has arrived as batches, one after the other, in order, and acks them', async () => {
    await report(...range(250));
    const batches: number[][] = [];
    const allDelivered = async () =>
      /^messaging_client_consumed_messages_total\{.*"print\.reports".*\} 250$/m.test(await application.metrics());
    let atOnce = 0;
    await consume(async (ids) => {
      expect((atOnce += 1)).toBe(1);
      batches.push(ids);
      if (batches.length === 1) await until('all have arrived', allDelivered);
      atOnce -= 1;
    });
    await until('all are handled', () => batches.flat().length === 250);
    expect(batches.flat()).toEqual(range(250));
    const [first, ...rest] = batches.map((batch) => batch.length);
    expect(first).toBeLessThanOrEqual(100);
    expect(new Set(rest.slice(0, -1))).toEqual(new Set([100]));
    expect(rest.at(-1)).toBeLessThanOrEqual(100);
    await expectLeft(0);
  });

  it('tries a batch again in place while what it needs is away, and loses and repeats nothing', async () => {
    await report(...range(20));
    const calls: number[][] = [];
    await consume(async (ids) => {
      calls.push(ids);
      if (calls.length <= 3) throw away();
    });
    await until('all are handled', () => calls.slice(3).flat().length === 20);
    for (const call of calls.slice(1, 4)) expect(call).toEqual(calls[0]);
    await expectLeft(0);
    await probe.expectLeft('print.reports.dead', 0);
  });

  it('dead-letters the culprit of a batch alone, with the reason', async () => {
    await report(...range(20));
    const handled: number[] = [];
    await consume(async (ids) => {
      if (ids.includes(13)) throw new Error('13 is bad luck');
      handled.push(...ids);
    });
    await until('the others are handled', () => handled.length === 19);
    const dead = await until('the culprit is dead', () => probe.take('print.reports.dead'));
    expect(pagePrinted.decode(dead.content).pageId).toBe(13);
    expect(deadLetterOf(dead as unknown as ConsumeMessage, printJob)).toMatchObject({
      code: 'unexpected',
      reason: expect.stringContaining('13 is bad luck'),
      routingKey: 'print.done',
    });
    await expectLeft(0);
  });

  it('dead-letters what it cannot read and handles the rest', async () => {
    const handled: number[] = [];
    await consume(async (ids) => void handled.push(...ids));
    probe.publish('images', 'print.done', '{"pageId":-1}', { type: 'print.done.v1' });
    probe.publish('images', 'print.done', '{}', { type: 'something.else' });
    await report(1, 2);
    await until('the rest is handled', () => handled.length === 2);
    await probe.expectDepth('print.reports.dead', 2);
    const dead = await probe.take('print.reports.dead');
    expect(deadLetterOf(dead as unknown as ConsumeMessage, printJob).code).toBe('malformed-message');
    await expectLeft(0);
  });

  it('lets the running batch finish when it stops, and returns what waits behind it', async () => {
    await report(...range(20));
    let finish: (() => void) | undefined;
    const handled: number[] = [];
    await consume(
      async (ids) => {
        await new Promise<void>((resolve) => (finish = resolve));
        handled.push(...ids);
      },
      { batchSize: 5, prefetch: 20 },
    );
    await until('a batch is running', () => finish !== undefined);
    const stopped = consumer!.stop();
    finish?.();
    await stopped;
    expect(handled.length).toBeGreaterThan(0);
    expect(handled.length).toBeLessThanOrEqual(5);
    await probe.expectDepth('print.reports', 20 - handled.length);
  });

  it('gives up waiting when it stops: what could not be handled is delivered to another', async () => {
    await report(1, 2);
    let calls = 0;
    await consume(async () => {
      calls += 1;
      throw away();
    });
    await until('it has tried', () => calls > 1);
    await expectLeft(2);
  });

  it('handles again what it could not ack before its connection was lost', async () => {
    await report(1);
    const handled: number[] = [];
    let finish: (() => void) | undefined;
    await consume(async (ids) => {
      handled.push(...ids);
      if (handled.length === 1) await new Promise<void>((resolve) => (finish = resolve));
    });
    await until('it is handling', () => finish !== undefined);
    await until('its connection is closed', async () => (await virtualHost.closeConnections('test consuming')) > 0);
    finish?.();
    await until('it handles it again', () => handled.length === 2);
    await until('it is subscribed', () => consumer?.check().then(() => true));
    expect(handled).toEqual([1, 1]);
    await expectLeft(0);
  });
});

import type { BroadcastListener, JobConsumers } from '@ekphrasis/messaging';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';
import { pagesRead, printJob, type PagesRead, type PrintRequested } from './print-job.js';

const job = JSON.stringify({ pageId: 1, tray: 'upper' });

type Timer = 'setInterval' | 'clearInterval' | 'Date';
const timers = [
  ...(['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'clearImmediate', 'setImmediate'] as const),
  ...(['clearInterval', 'setInterval', 'clearTimeout', 'setTimeout'] as const),
];
const allBut = (...faked: Timer[]) => timers.filter((name) => !(faked as string[]).includes(name));

/** Real: the broker, which cancels, closes and forgets. */
describe('a subscription (real: RabbitMQ)', () => {
  let virtualHost: VirtualHost;
  let application: MessagingApplication;
  let probe: BrokerProbe;
  let received: number[];
  let consumer: JobConsumers<PrintRequested>;

  beforeEach(async () => {
    virtualHost = await provideVirtualHost();
    application = await startMessaging(virtualHost.url);
    probe = await BrokerProbe.open(virtualHost.url);
    received = [];
    consumer = jobConsumer();
    await untilSubscribed();
  });
  afterEach(async () => {
    await consumer?.stop(AbortSignal.abort());
    await probe?.close();
    await application?.close();
    await virtualHost?.remove();
  });

  const jobConsumer = () =>
    application.consumers.jobs(printJob, {
      readiness: 'jobs',
      prefetch: 2,
      drainMs: 5_000,
      handle: async ({ message }) => void received.push(message.pageId),
    });
  const untilSubscribed = () => until('it is subscribed', () => consumer.check().then(() => true));
  const untilLost = () =>
    until(
      'it is lost',
      () =>
        consumer.check().then(
          () => false,
          () => true,
        ),
      { every: 5 },
    );

  async function expectDeliveries(): Promise<void> {
    const before = received.length;
    probe.publish('images', 'print.requested', job, { type: 'print.requested.v1' });
    await until('a job arrives', () => received.length > before);
  }

  it('receives', expectDeliveries);

  it('is there again after its queue was deleted, with the queue and its binding', async () => {
    await probe.deleteQueue('print.jobs');
    await untilLost();
    await untilSubscribed();
    await expectDeliveries();
  });

  it('is there again after its connection was closed by the broker', async () => {
    await until('the broker lists it', async () => (await virtualHost.closeConnections('test consuming')) > 0);
    await untilLost();
    await untilSubscribed();
    await expectDeliveries();
  });

  it('says that it cannot be there while its queue has other arguments, and is there when that one is gone', async () => {
    await probe.replaceByClassicQueue('print.jobs');
    await untilLost();
    await expect(consumer.check()).rejects.toMatchObject({ code: 'broker-unavailable' });
    await probe.deleteQueue('print.jobs');
    await untilSubscribed();
    await expectDeliveries();
  });

  it('finds out within a minute and a half that it is one in name only, and has all that it was given in vain', async () => {
    await consumer.stop(AbortSignal.abort());
    // time runs for the subscription alone
    jest.useFakeTimers({ doNotFake: allBut('setInterval', 'clearInterval', 'Date') });
    try {
      consumer = jobConsumer();
      await untilSubscribed();
      await probe.replaceByQuorumQueue('print.jobs', printJob.queues.jobs.arguments);
      await probe.bind('print.jobs', 'images', 'print.requested');
      for (let count = 0; count < 3; count += 1) {
        probe.publish('images', 'print.requested', job, { type: 'print.requested.v1' });
      }
      await until('nothing waits', async () => (await probe.depth('print.jobs')) < 3);
      // RabbitMQ 4 tells its consumers, which subscribe anew at once; 3.10 leaves them as they are
      jest.advanceTimersByTime(90_000);
      await until('all arrive', () => received.length === 3);
    } finally {
      jest.useRealTimers();
    }
  });

  it('leaves no consumer behind when it ends', async () => {
    await until('it consumes', async () => (await probe.consumers('print.jobs')) === 1);
    await consumer.stop(AbortSignal.abort());
    expect(await probe.consumers('print.jobs')).toBe(0);
  });

  it('leaves none behind however often it is lost: two processes lose one queue ten times', async () => {
    const other = await startMessaging(virtualHost.url, { name: 'other' });
    const second = other.consumers.jobs(printJob, {
      readiness: 'jobs',
      prefetch: 1,
      drainMs: 5_000,
      handle: async ({ message }) => void received.push(message.pageId),
    });
    const untilBoth = () => until('both are subscribed', async () => (await probe.consumers('print.jobs')) === 2);
    await untilBoth();
    for (let round = 0; round < 10; round += 1) {
      await probe.deleteQueue('print.jobs');
      await untilLost();
      await untilSubscribed();
      await untilBoth();
      for (let count = 0; count < 4; count += 1) await expectDeliveries();
    }
    await second.stop(AbortSignal.abort());
    await other.close();
  });

  describe('to broadcasts', () => {
    let listener: BroadcastListener<PagesRead>;
    let heard: number[];
    let bound: number;

    beforeEach(async () => {
      heard = [];
      bound = 0;
      listener = application.consumers.broadcasts({
        readiness: 'broadcasts',
        contracts: [pagesRead],
        onMessage: ({ pages }) => heard.push(...pages.map(({ pageId }) => pageId)),
        onBound: () => (bound += 1),
      });
      await until('it is bound', () => bound > 0);
    });
    afterEach(() => listener.stop());

    const tell = (pageId: number) =>
      application.publisher.send(pagesRead, { pages: [{ pageId }] }, { transient: true });

    it('hears every message, and ignores what it cannot read', async () => {
      probe.publish('images', 'pages.read', 'no JSON', { type: 'pages.read.v1' });
      probe.publish('images', 'pages.read', '{"pages":[{}]}', { type: 'pages.read.v1' });
      await tell(1);
      await tell(2);
      await until('both are heard', () => heard.length === 2);
      expect(heard).toEqual([1, 2]);
    });

    it('says that it is bound anew after its connection was closed', async () => {
      await until('the broker lists it', async () => (await virtualHost.closeConnections('test consuming')) > 0);
      await until('it is bound again', () => bound === 2);
      await tell(3);
      await until('it hears', () => heard.includes(3));
    });

    it('finds out that its binding went with a deleted exchange, and is bound anew', async () => {
      await probe.deleteExchange('images');
      await until('it is bound again', () => bound === 2);
      await tell(4);
      await until('it hears', () => heard.includes(4));
    });

    it('is told nothing of its own probes, which are one time series whatever their key', async () => {
      const destinations = async () =>
        [
          ...(await application.metrics()).matchAll(
            /^messaging_client_sent_messages_total.*destination_name="(.*?)"/gm,
          ),
        ].map(([, name]) => name);
      await until('a probe has come and gone', async () => (await destinations()).includes('listener.probe'));
      expect((await destinations()).filter((name) => name?.startsWith('listener'))).toEqual(['listener.probe']);
      expect(heard).toEqual([]);
      expect(bound).toBe(1);
    });
  });
});

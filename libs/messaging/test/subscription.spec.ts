import { captionJobs, imageRecorded, type ImageRecorded } from '@ekphrasis/contracts';
import type { BroadcastListener } from '@ekphrasis/messaging';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';

const job = JSON.stringify({ imageId: 1, url: 'example.org', requestedAt: '2026-01-01T00:00:00.000Z' });

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
  let consumer: ReturnType<MessagingApplication['consumers']['jobs']>;

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
    application.consumers.jobs({
      queue: 'caption.jobs',
      prefetch: 2,
      isolateUnanswered: false,
      handle: async ({ message }) => void received.push(message.imageId),
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
    probe.publish('images', 'caption.requested', job, { type: 'caption.requested.v1' });
    await until('a job arrives', () => received.length > before);
  }

  it('receives', expectDeliveries);

  it('is there again after its queue was deleted, with the queue and its binding', async () => {
    await probe.deleteQueue('caption.jobs');
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
    await probe.replaceByClassicQueue('caption.jobs');
    await untilLost();
    await expect(consumer.check()).rejects.toMatchObject({ code: 'broker-unavailable' });
    await probe.deleteQueue('caption.jobs');
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
      await probe.replaceByQuorumQueue('caption.jobs', captionJobs.arguments);
      await probe.bind('caption.jobs', 'images', 'caption.requested');
      for (let count = 0; count < 3; count += 1) {
        probe.publish('images', 'caption.requested', job, { type: 'caption.requested.v1' });
      }
      await until('nothing waits', async () => (await probe.depth('caption.jobs')) < 3);
      // RabbitMQ 4 tells its consumers, which subscribe anew at once; 3.10 leaves them as they are
      jest.advanceTimersByTime(90_000);
      await until('all arrive', () => received.length === 3);
    } finally {
      jest.useRealTimers();
    }
  });

  it('leaves no consumer behind when it ends', async () => {
    await until('it consumes', async () => (await probe.consumers('caption.jobs')) === 1);
    await consumer.stop(AbortSignal.abort());
    expect(await probe.consumers('caption.jobs')).toBe(0);
  });

  it('leaves none behind however often it is lost: two processes lose one queue ten times', async () => {
    const other = await startMessaging(virtualHost.url, { name: 'other' });
    const second = other.consumers.jobs({
      queue: 'caption.jobs',
      prefetch: 1,
      isolateUnanswered: false,
      handle: async ({ message }) => void received.push(message.imageId),
    });
    const untilBoth = () => until('both are subscribed', async () => (await probe.consumers('caption.jobs')) === 2);
    await untilBoth();
    for (let round = 0; round < 10; round += 1) {
      await probe.deleteQueue('caption.jobs');
      await untilLost();
      await untilSubscribed();
      await untilBoth();
      for (let count = 0; count < 4; count += 1) await expectDeliveries();
    }
    await second.stop(AbortSignal.abort());
    await other.close();
  });

  describe('to broadcasts', () => {
    let listener: BroadcastListener<ImageRecorded>;
    let heard: number[];
    let bound: number;

    beforeEach(async () => {
      heard = [];
      bound = 0;
      listener = application.consumers.broadcasts({
        contracts: [imageRecorded],
        onMessage: ({ images }) => heard.push(...images.map(({ imageId }) => imageId)),
        onBound: () => (bound += 1),
      });
      await until('it is bound', () => bound > 0);
    });
    afterEach(() => listener.stop());

    const tell = (imageId: number) =>
      application.publisher.send(imageRecorded, { images: [{ imageId, status: 'described' }] }, { transient: true });

    it('hears every message, and ignores what it cannot read', async () => {
      probe.publish('images', 'image.recorded', 'no JSON', { type: 'image.recorded.v1' });
      probe.publish('images', 'image.recorded', '{"images":[]}', { type: 'image.recorded.v1' });
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

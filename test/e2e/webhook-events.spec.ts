import { BrokerProbe } from '../support/broker-probe.js';
import { PictureHost } from '../support/picture-host.js';
import { ProcessingClient } from '../support/processing-client.js';
import { describeWithFaults } from '../support/product.js';
import { pictureOf } from '../support/red-pictures.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';
import { isSignedBy, WebhookReceiver, type ReceivedPost } from '../support/webhook-receiver.js';
import { WebhooksClient } from '../support/webhooks-client.js';

const allEvents = ['image.described', 'image.failed', 'processing.completed', 'processing.failed'];

/** Real: everything. What happens to a client's submissions is told to its webhooks, once each, and to no other client's. */
describeWithFaults('events of what a client submits', () => {
  let system: SharedSystem;
  let pictures: PictureHost;
  let receiver: WebhookReceiver;
  let client: WebhooksClient;
  let other: WebhooksClient;
  let secret: string;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    pictures = await PictureHost.start();
    system = await startSystem({
      name: 'webhook-events',
      workers: 1,
      others: ['notifier', 'image-worker'],
      environment: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8', WEBHOOK_RETRY_SECONDS: '1,1,1' },
    });
    client = await WebhooksClient.make(system.client);
    other = await WebhooksClient.make(system.client);
    ({ secret } = await client.add(receiver.url('/mine'), { events: allEvents }));
    await other.add(receiver.url('/others'), { events: allEvents });
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await pictures?.stop();
    await receiver?.close();
  }, 300_000);

  const told = (type: string, isIt: (data: Record<string, unknown>) => boolean): Promise<ReceivedPost> =>
    until(
      `${type} is told`,
      () => receiver.postsTo('/mine').find(({ event }) => event.type === type && isIt(event.data)),
      { within: 90_000 },
    );
  const submit = async (url: string): Promise<number> =>
    (await client.call('POST', '/images', { image_url: url, tag: 'mine' })).json.image_id;

  it('say that an image is described, or why it failed, as its status does', async () => {
    const [described, failed] = [await submit(pictures.url('/picture.png')), await submit(pictures.url('/page.html'))];
    for (const [type, id] of [
      ['image.described', described],
      ['image.failed', failed],
    ] as const) {
      const post = await told(type, ({ imageId }) => imageId === id);
      expect(isSignedBy(secret, post)).toBe(true);
      expect(post.event.data).toEqual((await client.call('GET', `/images/${id}/status`)).json);
    }
  }, 300_000);

  it('say that an upload is processed, or why it could not be', async () => {
    const uploads = new ProcessingClient(system.client);
    const picture = await pictureOf(5_000);
    const processed = await uploads.upload({ picture, fileName: 'red.png', operations: 'filter', apiKey: client.key });
    const corrupted = await uploads.upload({
      picture: Buffer.from('no picture'),
      type: 'image/jpeg',
      apiKey: client.key,
    });
    for (const [type, id] of [
      ['processing.completed', processed],
      ['processing.failed', corrupted],
    ] as const) {
      const { event } = await told(type, ({ job_id: jobId }) => jobId === id);
      const { job_id, operations, file_name, result } = await uploads.status(id, client.key);
      expect(event.data).toEqual({ job_id, operations, file_name, result });
    }
  }, 300_000);

  it('are told once, and to no other client', () => {
    const mine = receiver.postsTo('/mine');
    expect(mine.map(({ event }) => event.type).sort()).toEqual([...allEvents].sort());
    expect(new Set(mine.map(({ id }) => id)).size).toBe(mine.length);
    expect(receiver.postsTo('/others')).toEqual([]);
  });

  it('that no notifier understands are among the dead letters, and can be sent again', async () => {
    const event = { eventId: 'event-of-a-later-version', clientId: 'somebody', news: true };
    const probe = await BrokerProbe.open(system.brokerUrl);
    probe.publish('images', 'image.described', JSON.stringify(event), { type: 'image.described.v99' });
    const letterAbove = (id: number) =>
      until('the event is a dead letter', async () => {
        const { letters } = (await system.client.callAsOperator('GET', `/dlq?after=${id}&limit=100`))
          .json as unknown as {
          letters: { id: number; queue: string; code: string }[];
        };
        return letters.find(({ queue }) => queue === 'notifier.events.dead');
      });
    const first = await letterAbove(0);
    await probe.close();
    expect(first).toMatchObject({ code: 'malformed-message', imageId: null });
    const sent = await system.client.callAsOperator('POST', `/dlq/${first.id}/redeliver`);
    expect([sent.status, sent.json]).toEqual([200, { event_id: event.eventId }]);
    // the same notifier understands it no better
    expect((await letterAbove(first.id)).id).toBeGreaterThan(first.id);
  }, 300_000);
});

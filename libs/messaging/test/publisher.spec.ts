import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';
import { printRequested, type PrintRequested } from './print-job.js';

const job: PrintRequested = {
  pageId: 17,
  tray: 'upper',
};

/** Real: the broker. What freezes or kills it is in publisher-faults.spec.ts. */
describe('Publisher (real: RabbitMQ)', () => {
  let virtualHost: VirtualHost;
  let application: MessagingApplication;
  let probe: BrokerProbe;

  beforeEach(async () => {
    virtualHost = await provideVirtualHost();
    application = await startMessaging(virtualHost.url);
    probe = await BrokerProbe.open(virtualHost.url);
  });
  afterEach(async () => {
    await probe?.close();
    await application?.close();
    await virtualHost?.remove();
  });

  const send = () => application.publisher.send(printRequested, job);

  it('resolves when the broker has the message: durable, typed, readable by its contract', async () => {
    await send();
    const message = await probe.take('print.jobs');
    expect(message?.properties).toMatchObject({
      type: 'print.requested.v1',
      contentType: 'application/json',
      deliveryMode: 2,
      messageId: expect.any(String),
      timestamp: expect.any(Number),
    });
    expect(printRequested.decode(message!.content)).toEqual(job);
  });

  it('rejects a message that no queue is bound for, and declares the topology again', async () => {
    await probe.deleteQueue('print.jobs');
    await expect(send()).rejects.toMatchObject({ code: 'publish-refused', retryable: true });
    await until('the queue is there again', () => send().then(() => true));
    await probe.expectDepth('print.jobs', 1);
  });

  it('rejects a message that a full queue refuses, and goes on with others', async () => {
    await virtualHost.setPolicy('full', '^print\\.jobs$', { 'max-length': 1 });
    const refusal = await until('the queue is full', () =>
      send().then(
        () => undefined,
        (error: Error) => error,
      ),
    );
    expect(refusal).toMatchObject({ code: 'publish-refused', retryable: true });
    await application.publisher.publish({ routingKey: 'print.dead', type: 'x', body: Buffer.from('{}') });
    await probe.expectDepth('print.jobs.dead', 1);
  });

  it('takes a transient message that nobody listens for as sent', async () => {
    await application.publisher.publish({ routingKey: 'nobody', type: 'x', body: Buffer.from('{}'), transient: true });
  });

  it('does not know what became of messages whose channel broke, and sends on a new one', async () => {
    await probe.deleteExchange('images');
    await expect(send()).rejects.toMatchObject({ code: 'publish-unknown', retryable: true });
    await until('a new channel is open', () => send().then(() => true));
    await probe.expectDepth('print.jobs', 1);
  });

  it('sends again after its connection was closed by the broker', async () => {
    await until(
      'the broker lists the connection',
      async () => (await virtualHost.closeConnections('test publishing')) > 0,
    );
    await until(
      'it is noticed',
      () =>
        application.publisher.check().then(
          () => false,
          () => true,
        ),
      { every: 5 },
    );
    await expect(send()).rejects.toMatchObject({ code: 'broker-unavailable', retryable: true });
    await until('it is connected again', () => send().then(() => true));
  });

  it('confirms a thousand messages in flight', async () => {
    await Promise.all(Array.from({ length: 1_000 }, send));
    await probe.expectDepth('print.jobs', 1_000);
  });

  it('settles what is still in flight when it is closed, and rejects everything afterwards', async () => {
    const inFlight = Array.from({ length: 200 }, send);
    const settled = Promise.allSettled(inFlight);
    await application.publisher.close();
    for (const outcome of await settled) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ retryable: true });
    }
    await expect(send()).rejects.toMatchObject({ code: 'broker-unavailable' });
  });
});

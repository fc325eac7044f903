import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';
import { topology } from './print-job.js';

/** Real: the broker. */
describe('QueueDepths (real: RabbitMQ)', () => {
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

  const depth = async (queue: string) => (await application.queueDepths.read()).get(queue);

  it('tells of every queue how many messages wait, without those that somebody holds, and who consumes', async () => {
    for (let count = 0; count < 5; count += 1) probe.publish('images', 'print.requested', '{}');
    await until('they wait', async () => (await depth('print.jobs'))?.waiting === 5);
    const consumer = application.consumers.batches({
      readiness: 'jobs',
      source: { queue: 'print.jobs', deadKey: 'print.dead' },
      decode: () => ({}),
      prefetch: 2,
      batchSize: 1,
      handle: () => new Promise<void>(() => undefined),
    });
    await until('two are held', async () => {
      const { waiting, consumers } = (await depth('print.jobs'))!;
      return waiting === 3 && consumers === 1;
    });
    const depths = await application.queueDepths.read();
    expect([...depths.keys()]).toEqual(topology.queues.map(({ name }) => name));
    expect(depths.get('print.reports')).toEqual({ waiting: 0, consumers: 0 });
    // its handler never ends: the connection takes the messages back
    void consumer.stop();
  });

  it('takes a missing queue for an empty one, and leaves it missing', async () => {
    await probe.deleteQueue('print.jobs.retry.2');
    expect(await depth('print.jobs.retry.2')).toEqual({ waiting: 0, consumers: 0 });
    expect(await depth('print.jobs')).toEqual({ waiting: 0, consumers: 0 });
    // the answer ends this probe with its connection
    const other = await BrokerProbe.open(virtualHost.url);
    await expect(other.depth('print.jobs.retry.2')).rejects.toThrow(/NOT_FOUND/);
  });

  it('says that it cannot tell while the connection is away', async () => {
    await until('the broker lists it', async () => (await virtualHost.closeConnections('test consuming')) > 0);
    await until(
      'it cannot tell',
      () =>
        application.queueDepths.read().then(
          () => false,
          (error: { code?: string }) => error.code === 'broker-unavailable',
        ),
      { every: 1 },
    );
    await until('it can again', () => application.queueDepths.read());
  });
});

import { connect, type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { topology as jobsAlone } from './print-job.js';
import { requestExchange, requestQueues, withQueues } from '@ekphrasis/contracts';
import type { HeldDelivery } from '@ekphrasis/messaging';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';

const queue = 'api.requests';

/** Real: the broker. */
describe('DeliveryConsumer (real: RabbitMQ)', () => {
  let virtualHost: VirtualHost;
  let application: MessagingApplication;
  let probe: BrokerProbe;
  let client: ChannelModel;
  let channel: Channel;

  beforeEach(async () => {
    virtualHost = await provideVirtualHost();
    application = await startMessaging(virtualHost.url, { topology: withQueues(jobsAlone, requestQueues(5_000)) });
    probe = await BrokerProbe.open(virtualHost.url);
    client = await connect(virtualHost.url);
    channel = await client.createChannel();
  });
  afterEach(async () => {
    await client?.close();
    await probe?.close();
    await application?.close();
    await virtualHost?.remove();
  });

  const consume = (handle: (delivery: HeldDelivery) => Promise<void>) =>
    application.consumers.deliveries({ readiness: 'requests', queue, prefetch: 8, drainMs: 10_000, handle });
  const ask = (body: string): void => probe.publish(requestExchange.name, queue, body);

  it('publishes an answer by the name of a queue, under the request’s correlation id, and acks after it', async () => {
    const answers: ConsumeMessage[] = [];
    const replyTo = (await channel.assertQueue('', { exclusive: true })).queue;
    await channel.consume(replyTo, (message) => message && answers.push(message), { noAck: true });
    consume(({ message, publish }) => {
      const { correlationId, replyTo: routingKey } = message.properties as { correlationId?: string; replyTo?: string };
      const body = Buffer.from(message.content.toString().toUpperCase());
      return publish({ exchange: '', routingKey: routingKey!, type: 'echo', body, correlationId: correlationId! });
    });
    probe.publish(requestExchange.name, queue, 'word', { replyTo, correlationId: 'a-1' });
    const answer = await until('the answer is there', () => answers[0]);
    expect(answer.content.toString()).toBe('WORD');
    expect(answer.properties.correlationId).toBe('a-1');
    await application.consumers.beforeApplicationShutdown();
    await probe.expectLeft(queue, 0);
  });

  it('is told that nobody has a queue of that name, and declares nothing because of it', async () => {
    const failures: string[] = [];
    const consumer = consume(({ publish }) =>
      publish(
        { exchange: '', routingKey: 'gone', destination: 'reply', type: 'echo', body: Buffer.from('') },
        (error) => Boolean(failures.push((error as Error & { code: string }).code)),
      ),
    );
    await until('it consumes', () => consumer.check().then(() => true));
    await probe.deleteQueue('api.responses');
    ask('word');
    await until('it is told', () => failures.length > 0);
    expect(failures).toEqual(['publish-refused']);
    await application.consumers.beforeApplicationShutdown();
    await probe.expectLeft(queue, 0);
    const toDeleted = { exchange: requestExchange.name, routingKey: 'api.responses', type: 'x', body: Buffer.from('') };
    await expect(application.publisher.publish(toDeleted)).rejects.toMatchObject({ code: 'publish-refused' });
  });

  it('gives a message back to its queue whose handler fails, and it comes again', async () => {
    const tries: boolean[] = [];
    consume(async ({ message }) => {
      tries.push(message.fields.redelivered);
      if (tries.length === 1) throw new TypeError('a defect');
    });
    ask('word');
    await until('it has come twice', () => tries.length === 2);
    expect(tries).toEqual([false, true]);
  });

  it('lets what is in hand finish when it is stopped, and leaves what waits', async () => {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let begun = 0;
    const consumer = consume(async () => {
      begun += 1;
      await finished;
    });
    for (let count = 0; count < 10; count += 1) ask(`word ${count}`);
    await until('eight are in hand', () => begun === 8);
    const stopped = consumer.stop();
    finish();
    await stopped;
    await probe.expectLeft(queue, 2);
  });

  it('has a message that it did not answer handled by another when its connection is lost', async () => {
    let handled = 0;
    const stillHeld: boolean[] = [];
    consume(async ({ isHeld }) => {
      handled += 1;
      if (handled > 1) return;
      await until('the broker lists it', async () => (await virtualHost.closeConnections('test consuming')) > 0);
      await until('the loss is noticed', () => !isHeld());
      stillHeld.push(isHeld());
    });
    ask('word');
    await until('it is handled again', () => handled === 2);
    expect(stillHeld).toEqual([false]);
  });
});

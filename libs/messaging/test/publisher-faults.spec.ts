import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivateRabbitmq, type PrivateRabbitmq } from '../../../scripts/setup/private-rabbitmq.cjs';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { startMessaging, type MessagingApplication } from './messaging-application.js';
import { printRequested } from './print-job.js';

const timeoutMs = 1_000;

/** Real: a broker that is blocked, frozen, killed and restarted. */
describe('Publisher and a broker in trouble (real: RabbitMQ)', () => {
  let directory: string;
  let broker: PrivateRabbitmq;
  let application: MessagingApplication;
  let pageId = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ekphrasis-broker-'));
    broker = await startPrivateRabbitmq({ directory });
    application = await startMessaging(broker.url, { publishTimeoutMs: timeoutMs, heartbeatS: 2 });
  }, 300_000);
  afterAll(async () => {
    await application?.close();
    await broker?.kill();
    await broker?.stop();
    await rm(directory, { recursive: true, force: true });
  }, 30_000);
  afterEach(() => broker.thaw());

  const send = () => {
    pageId += 1;
    return application.publisher.send(printRequested, {
      pageId,
      tray: 'upper',
    });
  };
  const metrics = async (name: string) =>
    (await application.metrics()).split('\n').filter((line) => line.startsWith(`ekphrasis_broker_${name}{`));
  const untilSent = () => until('messages are confirmed again', () => send().then(() => true));

  it('counts from 0 what it has never sent', async () => {
    const counted = (await application.metrics()).match(
      /^messaging_client_sent_messages_total.*print\.requested.* 0$/gm,
    );
    expect(counted?.length).toBe(3);
  });

  it('sends nothing while an alarm blocks publishing, and sends again when it ends', async () => {
    await broker.control('set_vm_memory_high_watermark', 'absolute', '1');
    // the broker says that it blocks a connection when that connection publishes: of the first message nobody can tell
    await expect(send()).rejects.toMatchObject({ code: 'publish-unknown' });
    await expect(send()).rejects.toMatchObject({ code: 'broker-unavailable', retryable: true });
    expect(await metrics('blocked')).toContain('ekphrasis_broker_blocked{connection="publishing"} 1');
    await broker.control('set_vm_memory_high_watermark', '0.6');
    await untilSent();
    expect(await metrics('blocked')).toEqual([
      'ekphrasis_broker_blocked{connection="publishing"} 0',
      'ekphrasis_broker_blocked{connection="consuming"} 0',
    ]);
  });

  it('knows after its time limit that a frozen broker’s answer is unknown, and after the heartbeats that it is away', async () => {
    await broker.freeze();
    await expect(send()).rejects.toMatchObject({
      code: 'publish-unknown',
      retryable: true,
      message: expect.stringContaining(`${timeoutMs} ms`),
    });
    await until(
      'it is away',
      () =>
        send().then(
          () => false,
          (error: { code: string }) => error.code === 'broker-unavailable',
        ),
      {
        within: 10_000,
      },
    );
    await broker.thaw();
    await untilSent();
  });

  it('does not know what became of messages in flight when the broker is killed; confirmed ones survive', async () => {
    const probe = await BrokerProbe.open(broker.url);
    const before = await probe.depth('print.jobs');
    const outcomes: Promise<string>[] = [];
    let confirmed = 0;
    const killed = until('some are confirmed, more in flight', () => confirmed > 0 && outcomes.length > 500, {
      every: 5,
    }).then(() => broker.kill());
    let ended = false;
    void killed.catch(() => undefined).finally(() => (ended = true));
    while (!ended) {
      for (let count = 0; count < 50; count += 1) {
        outcomes.push(
          send().then(
            () => {
              confirmed += 1;
              return 'confirmed';
            },
            (error: { code: string }) => error.code,
          ),
        );
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await killed;
    const settled = await Promise.all(outcomes);
    expect(settled).toContain('confirmed');
    expect(settled).toContain('publish-unknown');
    // whatever comes after the loss is not sent at all
    const known = ['confirmed', 'publish-unknown', 'broker-unavailable'];
    expect(settled.filter((outcome) => !known.includes(outcome))).toEqual([]);
    for (const connection of ['publishing', 'consuming']) {
      const isToldLost = async () =>
        (await metrics('connected')).includes(`ekphrasis_broker_connected{connection="${connection}"} 0`);
      await until(`the ${connection} connection is told lost`, isToldLost);
    }
    await broker.restart();
    await untilSent();
    expect(await metrics('connected')).toContain('ekphrasis_broker_connected{connection="publishing"} 1');
    const again = await BrokerProbe.open(broker.url);
    await until('all wait', async () => (await again.depth('print.jobs')) >= before + confirmed + 1);
    await again.close();
  }, 300_000);

  it('does not wait for a frozen broker when it closes', async () => {
    const other = await startMessaging(broker.url, { name: 'closing' });
    await broker.freeze();
    await other.close();
    await broker.thaw();
    await untilSent();
  });
});

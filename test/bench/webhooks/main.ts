import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'amqplib';
import { Pool } from 'undici';
import { imageDescribed, imagesExchange, type ImageDescribed } from '@ekphrasis/contracts';
import { startPrivateSystem, type PrivateSystem } from '../../support/running-system.js';
import { runSuite } from '../../support/suite-command.js';
import { until } from '../../support/until.js';

const usualEvents = 20_000;
/** As many as the notifier has for a receiver that answers. */
const atATime = 32;
/** What issue and docs promise of a fast receiver on two cores. */
const leastPerSecond = 1_000;

/** Counts POSTs, and knows when the first and the last came. */
class FastReceiver {
  count = 0;
  private firstAt = 0;
  private lastAt = 0;
  private readonly server = createServer((request, response) => {
    request.resume().on('end', () => {
      this.lastAt = performance.now();
      if (this.count === 0) this.firstAt = this.lastAt;
      this.count += 1;
      response.writeHead(204).end();
    });
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** POSTs a second since the last call. */
  perSecond(): number {
    const rate = this.count / ((this.lastAt - this.firstAt) / 1_000);
    this.count = 0;
    return rate;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** A client with a webhook at the receiver. @returns the client's id */
async function makeWebhook({ client }: PrivateSystem, url: string): Promise<string> {
  const json = { 'content-type': 'application/json' };
  const made = await client.callAsOperator('POST', '/clients', '{"name":"bench"}', json);
  const { client_id: clientId, api_key: key } = made.json as unknown as Record<string, string>;
  const body = JSON.stringify({ url, events: ['image.described'] });
  await client.call('POST', '/webhooks', body, { ...json, authorization: `Bearer ${key}` });
  return String(clientId);
}

function event(clientId: string, index: number): ImageDescribed {
  const time = new Date().toISOString();
  return {
    eventId: `bench-${index}`,
    clientId,
    imageId: index + 1,
    tag: null,
    options: null,
    attempts: 1,
    queuedAt: time,
    startedAt: time,
    finishedAt: time,
    description: 'a red circle on a white background',
    confidence: 0.93,
    captions: null,
    model: 'small',
  };
}

/** As the outbox does it. Resolves when the broker has all of them. */
async function publish(brokerUrl: string, clientId: string, count: number): Promise<void> {
  const connection = await connect(brokerUrl);
  const channel = await connection.createConfirmChannel();
  for (let index = 0; index < count; index += 1) {
    channel.publish(imagesExchange.name, imageDescribed.routingKey, imageDescribed.encode(event(clientId, index)), {
      type: imageDescribed.type,
      persistent: true,
    });
    if (index % 1_000 === 999) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  await connection.close();
}

/** POSTs of such bodies and nothing else, from this process. */
async function postPlainly(url: string, count: number): Promise<void> {
  const pool = new Pool(url, { connections: atATime });
  const body = JSON.stringify({ type: 'image.described', data: event('bare', 0) });
  const headers = { 'content-type': 'application/json' };
  let left = count;
  const post = async (): Promise<void> => {
    for (; left > 0;) {
      left -= 1;
      const { body: answer } = await pool.request({ path: '/', method: 'POST', headers, body });
      await answer.dump();
    }
  };
  await Promise.all(Array.from({ length: atATime }, post));
  await pool.close();
}

/** From events in the broker's queue to deliveries that a fast receiver has, beside bare POSTs of the same. */
async function bench([given]: string[]): Promise<number> {
  const events = given === undefined ? usualEvents : Number(given);
  if (!Number.isInteger(events) || events < 1) throw new Error(`Expected a number of events but received ${given}`);
  const receiver = new FastReceiver();
  const url = await receiver.start();
  await postPlainly(url, events);
  const bare = receiver.perSecond();
  const system = await startPrivateSystem({
    name: 'bench-webhooks',
    workers: 0,
    environment: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8', LOG_LEVEL: 'info' },
  });
  try {
    await publish(system.brokerUrl, await makeWebhook(system, url), events);
    await system.startOther('notifier');
    await until('all are delivered', () => receiver.count >= events, { within: 600_000, every: 200 });
    const delivered = receiver.perSecond();
    const isFast = delivered >= leastPerSecond;
    console.log(
      `${isFast ? '✓' : '✗'} ${events} events: ${Math.round(delivered)} deliveries a second to one receiver, ` +
        `${(delivered / bare).toFixed(2)} of bare POSTs (${Math.round(bare)} a second)`,
    );
    return isFast ? 0 : 1;
  } finally {
    await system.stop();
    receiver.stop();
  }
}

void runSuite(bench);

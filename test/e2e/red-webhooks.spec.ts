import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { describeWithFaults } from '../support/product.js';
import { RedClient, type AnsweredMeasurement } from '../support/red-client.js';
import { pictureOf } from '../support/red-pictures.js';
import { operatorToken, startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

interface Heard {
  path: string;
  id: string;
  body: { type: string; timestamp: string; data: AnsweredMeasurement };
}

/** Real: API, notifier, broker, database, files, and a receiver of webhooks. */
describeWithFaults('who is told how red pictures are', () => {
  let system: SharedSystem;
  let receiver: Server;
  const heard: Heard[] = [];
  const secrets = new Map<string, string>();

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      void text(request).then((body) => {
        const path = request.url!;
        // throws where it is not signed with the secret of the webhook at this address
        new Webhook(secrets.get(path)!).verify(body, request.headers as Record<string, string>);
        heard.push({ path, id: String(request.headers['webhook-id']), body: JSON.parse(body) as Heard['body'] });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const environment = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8' };
    system = await startSystem({ name: 'red-webhooks', workers: 0, others: ['notifier'], environment });
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    receiver?.closeAllConnections();
    receiver?.close();
  });

  async function subscribe(client: RedClient, path: string, events: string[], threshold?: number): Promise<void> {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;
    const answer = await client.call('POST', '/webhooks', JSON.stringify({ url, events, threshold }), {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(201);
    secrets.set(path, answer.json<{ secret: string }>().secret);
  }

  const heardAt = (path: string) => heard.filter((each) => each.path === path);

  it('are those whose own threshold a picture exceeds, each once, and nobody of another client', async () => {
    const client = await RedClient.add(system.api.url, operatorToken, 'one');
    const other = await RedClient.add(system.api.url, operatorToken, 'other');
    await subscribe(client, '/low', ['red.exceeded'], 0.3);
    await subscribe(client, '/high', ['red.exceeded'], 0.6);
    await subscribe(client, '/all', ['red.measured']);
    await subscribe(other, '/other', ['red.exceeded', 'red.measured'], 0);
    const shares = [0, 3_000, 3_001, 5_000, 6_000, 6_001, 10_000];
    const measured: AnsweredMeasurement[] = [];
    for (const share of shares) measured.push(...(await client.measure(await pictureOf(share))));
    const idsAbove = (threshold: number) =>
      measured.filter(({ red }) => red > threshold).map(({ measurement_id }) => measurement_id);
    await until('all have been told', () => heardAt('/all').length >= shares.length && heardAt('/low').length >= 5, {
      within: 60_000,
    });
    await until('the reddest is told', () => heardAt('/high').length >= 2);
    const idsAt = (path: string) =>
      heardAt(path)
        .map(({ body }) => body.data.measurement_id)
        .sort();
    expect(idsAt('/low')).toEqual(idsAbove(0.3).sort());
    expect(idsAt('/high')).toEqual(idsAbove(0.6).sort());
    expect(idsAt('/all')).toEqual(idsAbove(-1).sort());
    expect(heardAt('/other')).toEqual([]);
    for (const { body } of heard) {
      expect(body.data).toEqual(measured.find(({ measurement_id }) => measurement_id === body.data.measurement_id));
      expect(body.type).toMatch(/^red\.(measured|exceeded)$/);
    }
  });
});

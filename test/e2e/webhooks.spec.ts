import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';
import { isSignedBy, WebhookReceiver } from '../support/webhook-receiver.js';
import { WebhooksClient, type ListedWebhook } from '../support/webhooks-client.js';

/** Four waits, five attempts. */
const retrySeconds = '0.2,0.3,0.2,0.2';
const timeoutMs = 3_000;

/** Real: everything. */
describeWithFaults('webhooks, through HTTP', () => {
  let system: SharedSystem;
  let receiver: WebhookReceiver;
  let client: WebhooksClient;
  let other: WebhooksClient;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    system = await startSystem({
      name: 'webhooks',
      workers: 0,
      others: ['notifier'],
      environment: {
        WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
        WEBHOOK_RETRY_SECONDS: retrySeconds,
        WEBHOOK_TIMEOUT_MS: String(timeoutMs),
      },
    });
    client = await WebhooksClient.make(system.client);
    other = await WebhooksClient.make(system.client);
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await receiver?.close();
  }, 300_000);

  type Outcome = Parameters<WebhooksClient['delivery']>[2];

  /** Adds a webhook, and waits until an event for it is what `outcome` says. */
  async function tell(path: string, outcome: Outcome) {
    const webhook = await client.add(receiver.url(path));
    const eventId = await client.test(webhook.webhook_id);
    const delivery = await client.delivery(webhook.webhook_id, eventId, outcome, { within: 20_000 });
    return { ...webhook, eventId, delivery };
  }

  describe('are made', () => {
    it('with a secret that is shown once', async () => {
      const wishes = { url: receiver.url('/made'), events: ['image.described', 'red.exceeded'], threshold: 0.3 };
      const answer = await client.call('POST', '/webhooks', wishes);
      expect(answer.status).toBe(201);
      const made = answer.json as unknown as ListedWebhook & { secret: string };
      expect(made).toMatchObject({ ...wishes, enabled: true, webhook_id: expect.any(String) });
      const bytes = Buffer.from(/^whsec_(.+)$/.exec(made.secret)![1]!, 'base64').length;
      expect(bytes).toBeGreaterThanOrEqual(24);
      expect(bytes).toBeLessThanOrEqual(64);
      const shown = await client.call('GET', `/webhooks/${made.webhook_id}`);
      expect(shown.json).toMatchObject(wishes);
      const listed = await client.call('GET', '/webhooks');
      expect(listed.text).toContain(made.webhook_id);
      expect(shown.text + listed.text).not.toContain(made.secret);
    });

    it.each([
      [{ events: ['image.described'] }, 'url'],
      [{ url: 'no url', events: ['image.described'] }, 'url'],
      [{ url: 'example.org', events: ['image.described'] }, 'url'],
      [{ url: 'ftp://example.org', events: ['image.described'] }, 'url'],
      [{ url: 'http://user:word@example.org', events: ['image.described'] }, 'url'],
      [{ url: 7, events: ['image.described'] }, 'url'],
      [{ url: 'http://example.org' }, 'events'],
      [{ url: 'http://example.org', events: [] }, 'events'],
      [{ url: 'http://example.org', events: 'image.described' }, 'events'],
      [{ url: 'http://example.org', events: ['image.described', 'image.stolen'] }, 'events'],
      [{ url: 'http://example.org', events: ['webhook.test'] }, 'events'],
      [{ url: 'http://example.org', events: ['red.exceeded'] }, 'threshold'],
      [{ url: 'http://example.org', events: ['red.exceeded'], threshold: 1.01 }, 'threshold'],
      [{ url: 'http://example.org', events: ['red.exceeded'], threshold: -0.1 }, 'threshold'],
      [{ url: 'http://example.org', events: ['red.exceeded'], threshold: '0.5' }, 'threshold'],
      [[], 'body'],
    ])('not of %j', async (body, field) => {
      const answer = await client.call('POST', '/webhooks', body);
      expect(answer).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
      expect(answer.json.detail).toContain(field);
    });
  });

  it('are not made with a URL that is longer than any server takes', async () => {
    const url = `http://example.org/${'x'.repeat(2_048)}`;
    expect((await client.call('POST', '/webhooks', { url, events: ['image.described'] })).status).toBe(400);
  });

  it('are changed in what is given, and stay as they are where the change makes no sense', async () => {
    const { webhook_id: id } = await client.add(receiver.url('/changed'));
    const path = `/webhooks/${id}`;
    expect((await client.call('PATCH', path, { events: ['red.exceeded'] })).status).toBe(400);
    expect((await client.call('PATCH', path, { enabled: 'yes' })).status).toBe(400);
    expect((await client.call('PATCH', path, { url: 'nowhere' })).status).toBe(400);
    const changed = await client.call('PATCH', path, { events: ['red.exceeded'], threshold: 0, enabled: false });
    expect(changed).toMatchObject({ status: 200, json: { events: ['red.exceeded'], threshold: 0, enabled: false } });
    expect((await client.call('PATCH', path, { threshold: null })).status).toBe(400);
    expect((await client.call('POST', `${path}/test`)).status).toBe(409);
    expect((await client.call('PATCH', path, { enabled: true })).json).toMatchObject({ enabled: true, threshold: 0 });
    expect((await client.call('DELETE', path)).status).toBe(204);
    expect((await client.call('GET', path)).status).toBe(404);
    expect((await client.call('GET', '/webhooks')).text).not.toContain(id);
  });

  it('are nobody else’s, and nobody’s without a key', async () => {
    const { webhook_id: id } = await client.add(receiver.url('/private'));
    const calls: [string, string, object?][] = [
      ['GET', `/webhooks/${id}`],
      ['PATCH', `/webhooks/${id}`, { enabled: false }],
      ['DELETE', `/webhooks/${id}`],
      ['POST', `/webhooks/${id}/test`],
      ['POST', `/webhooks/${id}/rotate-secret`],
      ['GET', `/webhooks/${id}/deliveries`],
      ['POST', `/webhooks/${id}/deliveries/1/redeliver`],
    ];
    for (const [method, path, body] of calls) {
      expect((await other.call(method, path, body)).status).toBe(404);
      expect((await other.call(method, path.replace(id, 'wh_%00'), body)).status).toBe(404);
      const headers: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
      const keyless = await system.client.call(method, path, body && JSON.stringify(body), headers);
      expect(keyless.status).toBe(401);
    }
    expect((await other.call('GET', '/webhooks')).text).not.toContain(id);
    expect((await client.call('GET', `/webhooks/${id}`)).json).toMatchObject({ enabled: true });
  });

  it('are told as Standard Webhooks has it', async () => {
    const { secret, eventId, delivery } = await tell('/told', 'delivered');
    const [post] = receiver.postsTo('/told');
    expect(post).toMatchObject({ id: eventId, headers: { 'content-type': 'application/json' } });
    expect(post!.event).toEqual({ type: 'webhook.test', timestamp: expect.any(String), data: expect.any(Object) });
    expect(Math.abs(Number(post!.headers['webhook-timestamp']) - post!.at / 1_000)).toBeLessThan(5);
    expect(isSignedBy(secret, post!)).toBe(true);
    expect(delivery).toEqual({
      delivery_id: expect.any(String),
      event_id: eventId,
      type: 'webhook.test',
      status: 'delivered',
      attempts: [{ at: expect.any(String), status_code: 204, error: null, duration_ms: expect.any(Number) }],
      next_attempt_at: null,
    });
  });

  it('are told again by their schedule, and have failed when it ends', async () => {
    receiver.answer('/down', 500);
    const { webhook_id: id, eventId, delivery: failed } = await tell('/down', 'failed');
    expect(failed.attempts.map(({ status_code: status }) => status)).toEqual([500, 500, 500, 500, 500]);
    expect(failed.next_attempt_at).toBeNull();
    const posts = receiver.postsTo('/down');
    expect(new Set(posts.map((post) => post.id))).toEqual(new Set([eventId]));
    const waits = posts.slice(1).map(({ at }, index) => at - posts[index]!.at);
    for (const [index, seconds] of retrySeconds.split(',').entries())
      expect(waits[index]).toBeGreaterThanOrEqual(Number(seconds) * 1_000 - 20);

    receiver.answer('/down', undefined);
    const redelivery = await client.call('POST', `/webhooks/${id}/deliveries/${failed.delivery_id}/redeliver`);
    expect(redelivery.status).toBe(202);
    const delivered = await client.delivery(id, eventId, 'delivered');
    expect(delivered.attempts).toHaveLength(6);
    expect(receiver.postsTo('/down').at(-1)).toMatchObject({ id: eventId, body: posts[0]!.body });
    for (const unknown of ['0', '999999999', 'x', '1e3'])
      expect((await client.call('POST', `/webhooks/${id}/deliveries/${unknown}/redeliver`)).status).toBe(404);
  });

  it('are signed by both secrets after a rotation', async () => {
    const { webhook_id: id, secret } = await client.add(receiver.url('/rotated'));
    const answer = await client.call('POST', `/webhooks/${id}/rotate-secret`);
    expect(answer.status).toBe(200);
    const { secret: next } = answer.json as unknown as { secret: string };
    expect(next).not.toBe(secret);
    await until('both sign', async () => {
      const sent = await client.test(id);
      await client.delivery(id, sent, 'delivered');
      const post = receiver.postsTo('/rotated').find((each) => each.id === sent)!;
      return isSignedBy(secret, post) && isSignedBy(next, post);
    });
  });

  it('that are gone are disabled, and told again once they are enabled', async () => {
    receiver.answer('/gone', 410);
    const { webhook_id: id, eventId, delivery: failed } = await tell('/gone', 'failed');
    expect(failed.attempts).toHaveLength(1);
    expect((await client.call('GET', `/webhooks/${id}`)).json).toMatchObject({ enabled: false });
    receiver.answer('/gone', undefined);
    await client.call('PATCH', `/webhooks/${id}`, { enabled: true });
    await client.call('POST', `/webhooks/${id}/deliveries/${failed.delivery_id}/redeliver`);
    await client.delivery(id, eventId, 'delivered');
  });

  it('that redirect are not followed', async () => {
    receiver.answer(
      '/moved',
      (response) => void response.writeHead(307, { location: receiver.url('/elsewhere') }).end(),
    );
    const { delivery } = await tell('/moved', 'failed');
    expect(delivery.attempts.map(({ status_code: status }) => status)).toEqual([307, 307, 307, 307, 307]);
    expect(receiver.postsTo('/elsewhere')).toEqual([]);
  });

  it('that answer without an end are believed by their status, and those that say nothing time out', async () => {
    receiver.answer('/endless', (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(Buffer.alloc(64 * 1024)), 10);
      response.on('close', () => clearInterval(timer));
    });
    receiver.answer('/trickling', (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 100);
      response.on('close', () => clearInterval(timer));
    });
    receiver.answer('/silent', () => undefined);
    receiver.answer('/garbage', (response) => void response.socket?.end('this is no HTTP\r\n\r\n'));
    const [endless, trickling, silent, garbage] = await Promise.all([
      tell('/endless', 'delivered'),
      tell('/trickling', 'delivered'),
      tell('/silent', ({ attempts }) => attempts.length > 0),
      tell('/garbage', ({ attempts }) => attempts.length > 0),
    ]);
    expect(endless.delivery.attempts).toHaveLength(1);
    expect(trickling.delivery.attempts).toHaveLength(1);
    expect(silent.delivery.attempts[0]).toMatchObject({ status_code: null, error: 'fetch-timeout' });
    expect(silent.delivery.attempts[0]!.duration_ms).toBeGreaterThanOrEqual(timeoutMs - 100);
    expect(garbage.delivery.attempts[0]).toMatchObject({ status_code: null, error: 'connection-failed' });
  });

  it('that hang delay no other on the same host', async () => {
    receiver.answer('/hanging', () => undefined);
    const hanging = await Promise.all(Array.from({ length: 60 }, () => client.add(receiver.url('/hanging'))));
    for (const { webhook_id: id } of hanging) await client.test(id);
    const startedAt = Date.now();
    await tell('/lively', 'delivered');
    expect(Date.now() - startedAt).toBeLessThan(timeoutMs);
  });

  it('at forbidden addresses are not asked', async () => {
    const strict = await system.startOther('notifier', { WEBHOOK_ALLOWED_NETWORKS: '' });
    await system.others[0]!.stop();
    const { delivery } = await tell('/forbidden', 'failed');
    expect(delivery.attempts[0]).toMatchObject({ status_code: null, error: 'address-forbidden' });
    expect(receiver.postsTo('/forbidden')).toEqual([]);
    await strict.stop();
    await system.startOther('notifier');
  });
});

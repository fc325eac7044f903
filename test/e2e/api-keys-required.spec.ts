import { describeWithFaults } from '../support/product.js';
import { startSystem, type RunningSystem } from '../support/running-system.js';

const limit = 40;

/** Real: everything. An API that wants a key, and counts requests. */
describeWithFaults('with API_KEYS=required, through HTTP', () => {
  let system: RunningSystem;
  let key: string;

  beforeAll(async () => {
    const environment = { API_KEYS: 'required', REQUESTS_PER_MINUTE: String(limit), TRUST_PROXY: 'loopback' };
    system = await startSystem({ name: 'api-keys-required', workers: 0, environment });
    const headers = { 'content-type': 'application/json' };
    const answer = await system.client.callAsOperator('POST', '/clients', '{"name":"a client"}', headers);
    key = (answer.json as unknown as { api_key: string }).api_key;
  });
  afterAll(() => system?.stop());

  const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
    system.client.call(method, path, undefined, headers);
  /** Whose address a proxy tells. */
  const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });

  it.each(['/health/live', '/health/ready', '/docs', '/docs-json', '/', '/page/page.js', '/favicon.ico'])(
    '%s is open to all',
    async (path) => {
      expect((await ask('GET', path, from('192.0.2.1'))).status).toBe(200);
    },
  );

  it.each([
    ['POST', '/images'],
    ['POST', '/images/batch'],
    ['GET', '/images'],
    ['GET', '/images/1'],
    ['GET', '/images/1/status'],
    ['GET', '/images/events?ids=1'],
    ['GET', '/images/search'],
    ['DELETE', '/images/1'],
    ['POST', '/images/1/retry'],
    ['POST', '/images/1/redescribe'],
    ['POST', '/upload'],
    ['GET', '/status/1'],
    ['GET', '/gallery'],
    ['GET', '/dlq'],
    ['GET', '/dlq/stats'],
    ['GET', '/metrics'],
    ['GET', '/nowhere'],
    ['GET', '/api/v1.0/images'],
  ])('%s %s wants a key', async (method, path) => {
    for (const authorization of [undefined, `Bearer ek_${'w'.repeat(43)}`]) {
      const answer = await ask(method, path, { ...from('192.0.2.2'), ...(authorization && { authorization }) });
      expect(answer.status).toBe(401);
      expect(answer.headers).toMatchObject({
        'www-authenticate': 'Bearer',
        'content-type': expect.stringMatching(/^application\/problem\+json/),
      });
    }
  });

  it('is used with a key, and looked after with the operator’s token', async () => {
    for (const path of ['/images', '/metrics', '/dlq']) {
      expect((await ask('GET', path, { authorization: `Bearer ${key}` })).status).toBe(200);
      expect((await system.client.callAsOperator('GET', path)).status).toBe(200);
    }
  });

  it('counts requests by address behind a proxy, and by client wherever it is', async () => {
    const answers = [];
    for (let count = 0; count <= limit; count += 1) answers.push(await ask('GET', '/docs-json', from('192.0.2.3')));
    expect(answers.map(({ status }) => status)).toEqual([...new Array<number>(limit).fill(200), 429]);
    expect(answers.at(-1)).toMatchObject({
      json: { code: 'too-many-requests' },
      headers: { 'ratelimit-remaining': '0' },
    });
    expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('GET', '/docs-json', from('192.0.2.4'))).status).toBe(200);
    expect((await ask('GET', '/health/live', from('192.0.2.3'))).status).toBe(200);
    expect((await ask('GET', '/images', { ...from('192.0.2.3'), authorization: `Bearer ${key}` })).status).toBe(200);
  });

  it.each([
    ['no proxy is named', ''],
    ['another proxy is named', '10.0.0.0/8'],
  ])('believes nobody’s X-Forwarded-For where %s', async (_, proxies) => {
    const replica = await system.startApi({ environment: { TRUST_PROXY: proxies, REQUESTS_PER_MINUTE: '5' } });
    const statuses = [];
    for (let count = 1; count <= 6; count += 1) {
      statuses.push((await fetch(`${replica.url}/docs-json`, { headers: from(`192.0.2.${count}`) })).status);
    }
    await replica.stop();
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('names no host in its answers, whatever a proxy or its client says', async () => {
    const headers = { ...from('192.0.2.9'), 'x-forwarded-host': 'elsewhere.example', 'x-forwarded-proto': 'https' };
    for (const path of ['/docs-json', '/', '/nowhere']) {
      const answer = await ask('GET', path, { ...headers, authorization: `Bearer ${key}` });
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain('elsewhere.example');
    }
  });
});

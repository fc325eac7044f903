import { itAsOperator, reachProduct, type Product } from '../support/product.js';

interface NewClient {
  client_id: string;
  name: string;
  api_key: string;
}
interface Key {
  key_id: string;
  prefix: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

/** Real: everything. */
describe('clients and their keys, through HTTP', () => {
  let product: Product;

  beforeAll(async () => {
    product = await reachProduct('clients');
  });
  afterAll(() => product?.stop());

  const asOperator = (method: string, path: string, body?: object) =>
    product.client.callAsOperator(
      method,
      path,
      body && JSON.stringify(body),
      body && { 'content-type': 'application/json' },
    );
  const addClient = async (name: string): Promise<NewClient> =>
    (await asOperator('POST', '/clients', { name })).json as unknown as NewClient;
  const keysOf = async (clientId: string): Promise<Key[]> =>
    ((await asOperator('GET', `/clients/${clientId}/keys`)).json as unknown as { keys: Key[] }).keys;
  const withKey = (key: string, path = '/images') =>
    product.client.call('GET', path, undefined, { authorization: `Bearer ${key}` });

  itAsOperator('are made by the operator, with a key that is shown once', async () => {
    const answer = await asOperator('POST', '/clients', { name: 'a gallery' });
    expect(answer.status).toBe(201);
    const client = answer.json as unknown as NewClient;
    expect(client).toEqual({
      client_id: expect.any(String),
      name: 'a gallery',
      api_key: expect.stringMatching(/^ek_/),
    });
    expect((await withKey(client.api_key)).status).toBe(200);
    const listed = await asOperator('GET', '/clients?limit=1000');
    expect(listed.text).toContain(client.client_id);
    const keys = await asOperator('GET', `/clients/${client.client_id}/keys`);
    expect(listed.text + keys.text).not.toContain(client.api_key);
    expect(keys.text).toContain(client.api_key.slice(0, 9));
  });

  itAsOperator.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: ' ' }, 'name'],
    [{ name: 7 }, 'name'],
    [{ name: 'a\0b' }, 'name'],
    [{ name: 'x'.repeat(201) }, 'name'],
  ])('are not made of %j', async (body, field) => {
    const answer = await asOperator('POST', '/clients', body);
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
    expect(answer.json.detail).toContain(field);
  });

  it.each([undefined, 'Bearer another'])('are not made by anybody else: %s', async (authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const calls = [
      ['POST', '/clients'],
      ['GET', '/clients'],
      ['POST', '/clients/a/keys'],
      ['GET', '/clients/a/keys'],
      ['DELETE', '/clients/a/keys/b'],
    ] as const;
    for (const [method, path] of calls) {
      const answer = await product.client.call(method, path, undefined, headers);
      expect([401, 403]).toContain(answer.status);
    }
  });

  itAsOperator('may have several keys, of which one is revoked within seconds and the others go on', async () => {
    const client = await addClient('who changes keys');
    const [first] = await keysOf(client.client_id);
    const added = await asOperator('POST', `/clients/${client.client_id}/keys`);
    expect(added.status).toBe(201);
    const { api_key: second } = added.json as unknown as NewClient;
    expect((await withKey(client.api_key)).status).toBe(200);

    const place = `/clients/${client.client_id}/keys/${first!.key_id}`;
    expect((await asOperator('DELETE', place)).status).toBe(204);
    const revokedAt = performance.now();
    while ((await withKey(client.api_key)).status !== 401) expect(performance.now() - revokedAt).toBeLessThan(5_000);
    expect((await withKey(second)).status).toBe(200);
    expect((await asOperator('DELETE', place)).status).toBe(204);
    const [was, is] = await keysOf(client.client_id);
    expect(was).toMatchObject({ last_used_at: expect.any(String), revoked_at: expect.any(String) });
    expect(is).toMatchObject({ revoked_at: null });
  });

  itAsOperator.each(['no-such-client', '00000000-0000-4000-8000-000000000000', '%00', '..%2f..'])(
    'are not found where there are none: %s',
    async (id) => {
      expect((await asOperator('GET', `/clients/${id}/keys`)).status).toBe(404);
      expect((await asOperator('POST', `/clients/${id}/keys`)).status).toBe(404);
      expect((await asOperator('DELETE', `/clients/${id}/keys/${id}`)).status).toBe(404);
    },
  );

  it('with a key that nobody has are told so, and how to authenticate', async () => {
    for (const key of ['ek_wrong', `ek_${'A'.repeat(43)}`]) {
      const answer = await withKey(key);
      expect(answer).toMatchObject({ status: 401, json: { code: 'api-key-unknown' } });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    }
  });
});

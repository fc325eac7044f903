import type { Answer } from '../support/captioning-client.js';
import { itAsOperator, reachProduct, type Product } from '../support/product.js';
import { eventsOf } from '../support/server-sent-events.js';

/** Real: everything. What is whose, with every call that names an image. */
describe('what comes with a key belongs to its client, through HTTP', () => {
  let product: Product;
  let mine: string;
  let anothers: string;

  beforeAll(async () => {
    product = await reachProduct('ownership');
    [mine, anothers] = [await addClient('mine'), await addClient('another’s')] as [string, string];
  });
  afterAll(() => product?.stop());

  async function addClient(name: string): Promise<string | undefined> {
    const headers = { 'content-type': 'application/json' };
    const answer = await product.client.callAsOperator('POST', '/clients', JSON.stringify({ name }), headers);
    return (answer.json as unknown as { api_key?: string }).api_key;
  }
  const bearer = (key: string | undefined): Record<string, string> =>
    key === undefined ? {} : { authorization: `Bearer ${key}` };
  const call = (key: string | undefined, method: string, path: string): Promise<Answer> =>
    product.client.call(method, path, undefined, bearer(key));
  const submit = (key: string | undefined, url: string, headers: Record<string, string> = {}): Promise<number> =>
    product.client.submit(url, { ...bearer(key), ...headers });
  const listed = async (key: string | undefined): Promise<number[]> =>
    (await call(key, 'GET', '/images')).json.image_ids;

  async function described(key: string | undefined, imageId: number): Promise<void> {
    const response = await product.client.open('GET', `/images/events?ids=${imageId}`, undefined, bearer(key));
    const statuses: string[] = [];
    for await (const { type, data } of eventsOf(response)) {
      if (type === 'status') statuses.push((JSON.parse(data) as { status: string }).status);
      if (type === 'done') break;
    }
    expect(statuses.at(-1)).toBe('described');
  }

  itAsOperator('is read, listed, followed and removed with that key, and is not there for anybody else', async () => {
    const id = await submit(mine, product.pictures.url('/picture.png'));
    await described(mine, id);
    expect((await call(mine, 'GET', `/images/${id}`)).status).toBe(200);
    const status = await call(mine, 'GET', `/images/${id}/status`);
    expect(status).toMatchObject({ status: 200, json: { imageId: id, status: 'described' } });
    expect(status.text).not.toContain('client');
    expect(await listed(mine)).toEqual([id]);

    for (const key of [anothers, undefined]) {
      for (const path of [`/images/${id}`, `/images/${id}/status`, `/api/v1.0/images/${id}`]) {
        const answer = await call(key, 'GET', path);
        const unknown = await call(key, 'GET', path.replace(`/images/${id}`, '/images/9007199254740991'));
        expect(answer.status).toBe(404);
        expect(answer.text).toBe(unknown.text);
      }
      for (const [method, path] of [
        ['DELETE', `/images/${id}`],
        ['POST', `/images/${id}/retry`],
        ['POST', `/images/${id}/redescribe`],
      ] as const) {
        expect(await call(key, method, path)).toMatchObject({ status: 404, json: { code: 'image-not-found' } });
      }
      expect(await listed(key)).not.toContain(id);
      const events = await call(key, 'GET', `/images/events?ids=${id}`);
      expect(events.text).toBe('event: done\ndata: \n\n');
    }
    expect((await call(mine, 'POST', `/images/${id}/retry`)).status).toBe(409);
    expect((await call(mine, 'DELETE', `/images/${id}`)).status).toBe(204);
    expect(await listed(mine)).toEqual([]);
  });

  itAsOperator('shows its dead letters and failures to it and the operator alone', async () => {
    const id = await submit(mine, 'http://no-such-host.invalid/a.png');
    const response = await product.client.open('GET', `/images/events?ids=${id}`, undefined, bearer(mine));
    for await (const { type } of eventsOf(response)) if (type === 'done') break;
    expect((await call(mine, 'GET', `/images/${id}/status`)).json).toMatchObject({ status: 'failed' });
    for (const key of [anothers, undefined]) {
      expect((await call(key, 'GET', `/images/${id}/status`)).status).toBe(404);
      const { letters } = (await call(key, 'GET', '/dlq?limit=1000')).json;
      expect(letters.map(({ imageId }) => imageId)).not.toContain(id);
    }
    expect((await call(mine, 'POST', `/images/${id}/retry`)).status).toBe(202);
  });

  itAsOperator('has idempotency keys of its own', async () => {
    const headers = { 'idempotency-key': `of-several-${Date.now()}` };
    const url = product.pictures.url('/picture.png');
    const ids = await Promise.all([mine, anothers, undefined].map((key) => submit(key, url, headers)));
    expect(new Set(ids).size).toBe(3);
    expect(await Promise.all([mine, anothers, undefined].map((key) => submit(key, url, headers)))).toEqual(ids);
    for (const [index, key] of [mine, anothers, undefined].entries()) await described(key, ids[index]!);
  });

  itAsOperator('does not keep a client from what came without a key', async () => {
    const id = await submit(undefined, product.pictures.url('/picture.png'));
    await described(mine, id);
    for (const key of [mine, anothers, undefined]) expect((await call(key, 'GET', `/images/${id}`)).status).toBe(200);
    expect(await listed(undefined)).toContain(id);
    expect(await listed(mine)).not.toContain(id);
  });

  itAsOperator('is not to be had with a wrong key, whichever call it comes with', async () => {
    const id = await submit(undefined, product.pictures.url('/picture.png'));
    const wrong = `ek_${'w'.repeat(43)}`;
    for (const [method, path] of [
      ['GET', '/images'],
      ['POST', '/images'],
      ['GET', `/images/${id}`],
      ['GET', `/images/${id}/status`],
      ['GET', `/images/events?ids=${id}`],
      ['DELETE', `/images/${id}`],
      ['POST', `/images/${id}/retry`],
      ['POST', `/images/${id}/redescribe`],
      ['POST', '/images/batch'],
      ['GET', '/images/search'],
      ['POST', '/upload'],
      ['GET', '/dlq'],
      ['GET', '/metrics'],
    ] as const) {
      const answer = await call(wrong, method, path);
      expect(answer).toMatchObject({ status: 401, json: { code: 'api-key-unknown' } });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    await described(undefined, id);
  });
});

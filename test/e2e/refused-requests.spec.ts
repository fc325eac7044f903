import type { CaptioningClient } from '../support/captioning-client.js';
import type { PictureHost } from '../support/picture-host.js';
import { itAsOperator, reachProduct, type Product } from '../support/product.js';
import { until } from '../support/until.js';

const bases = ['/images', '/api/v1.0/images'];

/** Real: API, a caption worker with the shipped model, broker, database, files; all of it reached through HTTP alone. */
describe('refused requests', () => {
  let product: Product;
  let client: CaptioningClient;
  let pictures: PictureHost;

  beforeAll(async () => {
    product = await reachProduct('refused-requests', 1);
    ({ client, pictures } = product);
  }, 300_000);
  afterAll(() => product?.stop());

  describe('get image error (test_get_image_error)', () => {
    const unknown = [
      '9007199254740991',
      '9007199254740993',
      '99999999999999999999999999',
      'abc',
      '1e3',
      '0x10',
      '007',
      '1.5',
      '-1',
      '0',
      '+1',
      '%201',
      'NaN',
      '../../etc/passwd',
      '..%2F..%2Fetc%2Fpasswd',
      '%00',
      '1%00',
    ];

    it.each(bases.flatMap((base) => unknown.map((id) => [`${base}/${id}`])))('answers 404 to GET %s', async (path) => {
      const answer = await client.get(path);
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.json).toMatchObject({ type: expect.any(String), title: expect.any(String), status: 404 });
    });

    it('answers 404 before a picture is captioned, and its status says where it is', async () => {
      pictures.hold();
      const id = await client.submit(pictures.url('/held.png', 'before'));
      try {
        const status = await until('a worker has it', async () => {
          const seen = await client.status(id);
          return seen.status === 'processing' && seen;
        });
        expect(status).toMatchObject({ imageId: id, attempts: 1, description: null, failure: null, finishedAt: null });
        expect((await client.get(`/images/${id}`)).status).toBe(404);
        expect(await client.finishedIds()).not.toContain(id);
      } finally {
        pictures.release();
      }
      await client.listed([id]);
    });

    it('answers 404 for the status of an unknown id', async () => {
      for (const id of ['9007199254740991', 'abc']) {
        expect(await client.get(`/images/${id}/status`)).toMatchObject({
          status: 404,
          json: { code: 'image-not-found' },
        });
      }
    });
  });

  describe('a request that is no picture’s URL', () => {
    const json = 'application/json';
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const refused: [string, string, string, number][] = [
      ['no image_url', '{}', json, 400],
      ['another name', '{"url":"https://example.org/a.png"}', json, 400],
      ['null', '{"image_url":null}', json, 400],
      ['a number', '{"image_url":17}', json, 400],
      ['a list', '{"image_url":["https://example.org/a.png"]}', json, 400],
      ['an object', '{"image_url":{"href":"https://example.org/a.png"}}', json, 400],
      ['an empty text', '{"image_url":""}', json, 400],
      ['words', '{"image_url":"a cat on a mat"}', json, 400],
      ['a path', '{"image_url":"../../etc/passwd"}', json, 400],
      ['a file', '{"image_url":"file:///etc/passwd"}', json, 400],
      ['data', '{"image_url":"data:image/png;base64,AAAA"}', json, 400],
      ['a script', '{"image_url":"javascript:alert(1)"}', json, 400],
      ['a password', '{"image_url":"https://user:secret@example.org/a.png"}', json, 400],
      ['a NUL', '{"image_url":"https://example.org/\\u0000.png"}', json, 400],
      ['a URL of 3,000 characters', `{"image_url":"https://example.org/${'a'.repeat(3_000)}"}`, json, 400],
      ['a list as the body', '["https://example.org/a.png"]', json, 400],
      ['a text as the body', '"https://example.org/a.png"', json, 400],
      ['a number as the body', '17', json, 400],
      ['null as the body', 'null', json, 400],
      ['JSON that breaks off', '{"image_url":', json, 400],
      ['deep JSON', `{"image_url":${deep}}`, json, 400],
      ['an attack on prototypes', '{"__proto__":{"image_url":"https://example.org/a.png"}}', json, 400],
      ['no body', '', json, 400],
      ['a megabyte', `{"image_url":"${'a'.repeat(1_000_000)}"}`, json, 413],
      ['another content type', '{"image_url":"https://example.org/a.png"}', 'application/xml', 415],
    ];

    it.each(refused)('gets a problem document: %s', async (_, body, type, status) => {
      const answer = await client.call('POST', '/images', body, { 'content-type': type });
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.json).toMatchObject({
        type: expect.stringMatching(/^urn:/),
        title: expect.any(String),
        status,
        detail: expect.any(String),
      });
      expect(answer.text).not.toMatch(/node_modules|\.js:\d/);
    });

    it('says what was expected and what came, and repeats no secret or endless text', async () => {
      const missing = await client.postJson('/images', {});
      expect(missing.json.detail).toMatch(/^Expected .+ for image_url but received nothing$/);
      const long = await client.postJson('/images', { image_url: 'x'.repeat(3_000) });
      expect(long.json.detail.length).toBeLessThan(400);
    });

    const sendAll = async (): Promise<void> => {
      for (const [, body, type] of refused) await client.call('POST', '/images', body, { 'content-type': type });
    };

    it('queues nothing', async () => {
      const before = await client.captionJobsSent();
      await sendAll();
      const id = await client.submit(pictures.url('/picture.png', 'after-refusals'));
      await client.listed([id]);
      expect(await client.captionJobsSent()).toBe(before + 1);
    });

    it('leaves the service well: later requests on the same connections are answered', async () => {
      await sendAll();
      expect((await client.get('/health/live')).json).toEqual({ status: 'ok' });
      expect(await client.ready()).toBe(true);
    });
  });

  describe('of what there is not, or for the operator alone', () => {
    it.each([
      ['GET', '/nowhere'],
      ['GET', '/api/v1.0/nowhere'],
      ['DELETE', '/images'],
      ['PUT', '/images/1'],
    ])('answers %s %s with a problem document', async (method, path) => {
      const answer = await client.call(method, path);
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    });

    itAsOperator('knows which dead letters there are not', async () => {
      for (const id of ['9007199254740991', 'abc', '0']) {
        const answer = await client.callAsOperator('POST', `/dlq/${id}/redeliver`);
        expect(answer).toMatchObject({ status: 404, json: { code: 'dead-letter-not-found' } });
      }
    });

    itAsOperator('sends dead letters again for the operator alone', async () => {
      for (const headers of [{}, { authorization: 'Bearer another' }] as Record<string, string>[]) {
        const answer = await client.call('POST', '/dlq/1/redeliver', undefined, headers);
        expect(answer).toMatchObject({ status: 401, json: { code: 'operator-unknown', status: 401 } });
        expect(answer.headers).toMatchObject({
          'www-authenticate': 'Bearer',
          'content-type': expect.stringMatching(/^application\/problem\+json/),
        });
      }
    });
  });
});

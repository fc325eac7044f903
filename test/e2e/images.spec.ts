import type { CaptioningClient, Status } from '../support/captioning-client.js';
import type { PictureHost } from '../support/picture-host.js';
import { reachProduct, type Product } from '../support/product.js';
import { eventsOf } from '../support/server-sent-events.js';
import { throughout } from '../support/until.js';

const bases = ['/images', '/api/v1.0/images'];

/** Real: API, two caption workers with the shipped model, broker, database, files; all of it reached through HTTP alone. */
describe('images', () => {
  let product: Product;
  let client: CaptioningClient;
  let pictures: PictureHost;

  beforeAll(async () => {
    product = await reachProduct('images');
    ({ client, pictures } = product);
  }, 300_000);
  afterAll(() => product?.stop());

  describe('post image (test_post_image)', () => {
    it.each(bases)('answers a URL at %s with an id that every JSON client can hold', async (base) => {
      const answer = await client.postJson(base, { image_url: pictures.url('/picture.png', base) });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
      expect(Object.keys(answer.json)).toEqual(['image_id']);
      expect(Number.isSafeInteger(answer.json.image_id) && answer.json.image_id > 0).toBe(true);
    });

    it('accepts a URL without a scheme, and a worker tries https:// and then http://', async () => {
      const url = pictures.url('/picture.png', 'without-scheme');
      const id = await client.submit(url.replace('http://', ''));
      const [description] = await client.descriptionsOf([id]);
      expect(description).toMatch(/\w/);
      expect(pictures.requestsOf(url)).toBe(1);
    });

    it('accepts the example of the course', async () => {
      expect(await client.submit('shorturl.at/notNY')).toBeGreaterThan(0);
    });
  });

  describe('get image (test_get_image)', () => {
    it('describes a picture once a worker has finished it, and lists it', async () => {
      const id = await client.submit(pictures.url('/picture.png', 'described'));
      const [description] = await client.descriptionsOf([id]);
      expect(description).toMatch(/\w/);
      for (const base of bases) {
        const answer = await client.get(`${base}/${id}`);
        expect(answer.status).toBe(200);
        expect(answer.json).toEqual({ description });
        const list = await client.get(base);
        expect(Object.keys(list.json)).toEqual(['image_ids']);
        expect(list.json.image_ids).toContain(id);
      }
    });

    it('says what is in a picture', async () => {
      const ids = await client.submitAll([pictures.url('/picture.png', 'a'), pictures.url('/square.png', 'b')]);
      const [first, second] = await client.descriptionsOf(ids);
      expect(first).toMatch(/\bred\b/);
      expect(second).toMatch(/\bblue\b/);
    });

    it('lists ids once each, ascending, from any place on and as many as asked for', async () => {
      const ids = await client.submitAll(pictures.urls(5));
      await client.listed(ids);
      const all = await client.finishedIds();
      expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
      const after = all.at(-4)!;
      expect(await client.finishedIds(`?after=${after}`)).toEqual(all.slice(-3));
      expect(await client.finishedIds(`?after=${after}&limit=2`)).toEqual(all.slice(-3, -1));
      expect(await client.finishedIds('?limit=1')).toEqual(all.slice(0, 1));
      expect(await client.finishedIds('?after=0')).toEqual(all);
      expect(await client.finishedIds(`?after=${Number.MAX_SAFE_INTEGER}`)).toEqual([]);
    });

    it.each(['?after=abc', '?limit=0', '?limit=-1', '?limit=1e3', '?after=1&after=2', '?limit='])(
      'refuses the query %s',
      async (query) => {
        const answer = await client.get(`/images${query}`);
        expect(answer).toMatchObject({ status: 400, json: { status: 400, code: 'invalid-request' } });
      },
    );
  });

  describe('unique ids (test_unique_ids)', () => {
    it('gives 100 concurrent requests for one URL 100 different ids, all of which are captioned', async () => {
      const url = pictures.url('/picture.png', 'unique');
      const ids = await client.submitAll(Array.from({ length: 100 }, () => url));
      expect(new Set(ids).size).toBe(100);
      const descriptions = await client.descriptionsOf(ids);
      expect(new Set(descriptions).size).toBe(1);
    });
  });

  describe('status', () => {
    it('tells a described picture’s way, with model, confidence and times in their order', async () => {
      const id = await client.submit(pictures.url('/picture.png', 'status'));
      const [description] = await client.descriptionsOf([id]);
      const status = await client.status(id);
      expect(status).toMatchObject({ imageId: id, status: 'described', description, attempts: 1, failure: null });
      expect(status.model).toMatch(/\w/);
      expect(status.confidence).toBeGreaterThan(0);
      expect(status.confidence).toBeLessThanOrEqual(1);
      const times = [status.queuedAt, status.startedAt, status.finishedAt].map((time) => Date.parse(time!));
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    const failures: [string, (host: PictureHost) => string, string][] = [
      ['the host does not exist', () => 'http://nowhere.invalid/picture.png', 'host-not-found'],
      ['the URL leads to a page', (host) => host.url('/page.html'), 'not-a-picture'],
      ['nothing is there', (host) => host.url('/missing.png'), 'not-found'],
      ['the address is private', () => 'http://10.255.255.1/picture.png', 'address-forbidden'],
      ['it is a cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data/', 'address-forbidden'],
      ['it is a metadata address in IPv6 clothes', () => 'http://[::ffff:a9fe:a9fe]/latest/', 'address-forbidden'],
    ];

    it.each(failures)('ends as failed, with the reason, where %s', async (_, urlOn, code) => {
      const id = await client.submit(urlOn(pictures));
      const status = await client.failed(id);
      expect(status.failure).toEqual({ code, message: expect.stringMatching(/\w/) });
      expect(status).toMatchObject({ description: null, attempts: 1, finishedAt: expect.any(String) });
      expect(await client.get(`/images/${id}`)).toMatchObject({ status: 404 });
      expect(await client.finishedIds()).not.toContain(id);
    });
  });

  describe('events', () => {
    /** The statuses that come, in their order; `done` for the end. */
    async function follow(ids: readonly number[], seen: (status: Status) => void = () => undefined) {
      const response = await client.open('GET', `/images/events?ids=${ids.join(',')}`);
      expect(response.headers['content-type']).toMatch(/^text\/event-stream/);
      const events: (Status | 'done')[] = [];
      for await (const { type, data } of eventsOf(response)) {
        if (type === 'done') events.push('done');
        if (type !== 'status') continue;
        const status = JSON.parse(data) as Status;
        events.push(status);
        seen(status);
      }
      return events;
    }

    it('follow images from where they are to their end, and then end themselves', async () => {
      pictures.hold();
      const held = await client.submit(pictures.url('/held.png', 'events'));
      const failing = await client.submit(pictures.url('/missing.png', 'events'));
      const events = await follow([held, failing], ({ imageId, status }) => {
        if (imageId === held && status === 'processing') pictures.release();
      });
      const statusesOf = (id: number) =>
        events.flatMap((event) => (event !== 'done' && event.imageId === id ? [event.status] : []));
      expect(statusesOf(held)).toContain('processing');
      expect(statusesOf(held).at(-1)).toBe('described');
      expect(statusesOf(failing).at(-1)).toBe('failed');
      expect(events.indexOf('done')).toBe(events.length - 1);
    });

    it('end at once for what is final or unknown', async () => {
      const id = await client.submit(pictures.url('/picture.png', 'final'));
      await client.listed([id]);
      expect(await follow([id, Number.MAX_SAFE_INTEGER])).toEqual([
        expect.objectContaining({ imageId: id, status: 'described' }),
        'done',
      ]);
    });

    it.each([
      ['no ids', ''],
      ['an empty list', '?ids='],
      ['what is no id', '?ids=abc'],
      ['a gap', '?ids=1,,2'],
      ['two lists', '?ids=1&ids=2'],
      ['more than 200', `?ids=${Array.from({ length: 201 }, (_, index) => index + 1).join(',')}`],
    ])('refuse %s', async (_, query) => {
      expect(await client.get(`/images/events${query}`)).toMatchObject({
        status: 400,
        json: { code: 'invalid-request' },
      });
    });
  });

  describe('around the calls', () => {
    it('serves the page, the documentation and the OpenAPI description', async () => {
      for (const path of ['/', '/docs']) {
        const page = await client.get(path);
        expect(page.status).toBe(200);
        expect(page.headers['content-type']).toMatch(/^text\/html/);
      }
      const description = await client.get('/docs-json');
      expect(Object.keys(description.json.paths)).toEqual(
        expect.arrayContaining(['/images', '/images/{image_id}', '/images/{image_id}/status', '/dlq']),
      );
      expect(description.json.paths).toMatchObject({
        '/images': {
          post: {
            requestBody: {
              content: {
                'application/json': { schema: { $ref: '#/components/schemas/ImageRequestDto' } },
                'multipart/form-data': {
                  schema: { allOf: expect.arrayContaining([{ $ref: '#/components/schemas/ImageDetailsDto' }]) },
                },
              },
            },
          },
        },
      });
    });

    it('is alive and ready, and counts', async () => {
      expect(await client.get('/health/live')).toMatchObject({ status: 200 });
      expect(await client.get('/health/ready')).toMatchObject({ status: 200, json: { status: 'ok' } });
      await client.listed([await client.submit(pictures.url('/picture.png', 'counted'))]);
      expect(await client.captionJobsSent()).toBeGreaterThan(0);
    });

    it('lists dead letters', async () => {
      expect((await client.get('/dlq')).json).toEqual({ count: expect.any(Number), letters: expect.any(Array) });
    });

    it('declares in its API description which calls are the operator’s', async () => {
      const { json } = await client.get('/docs-json');
      expect(json).toMatchObject({
        components: { securitySchemes: { operator: { type: 'http', scheme: 'bearer' } } },
        paths: { '/dlq/{id}/redeliver': { post: { security: [{ operator: [] }] } } },
      });
    });

    it('keeps its promise about finished ids: none of them ever leaves the list', async () => {
      await client.listed(await client.submitAll(pictures.urls(3)));
      const before = await client.finishedIds();
      const later = await client.submitAll(pictures.urls(20));
      await throughout(300, async () => {
        expect(await client.finishedIds()).toEqual(expect.arrayContaining(before));
      });
      await client.listed([...before, ...later]);
    });
  });
});

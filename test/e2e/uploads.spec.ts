import type { Answer, CaptioningClient } from '../support/captioning-client.js';
import { drawAs, type PictureHost } from '../support/picture-host.js';
import { reachProduct, runsElsewhere, type Product } from '../support/product.js';

/** Real: API, two caption workers with the shipped model, broker, database, files; all of it reached through HTTP alone. */
describe('uploads and idempotency keys', () => {
  let product: Product;
  let client: CaptioningClient;
  let pictures: PictureHost;

  beforeAll(async () => {
    product = await reachProduct('uploads');
    ({ client, pictures } = product);
  }, 300_000);
  afterAll(() => product?.stop());

  async function upload(form: FormData, headers: Record<string, string> = {}, path = '/images'): Promise<Answer> {
    const encoded = new Response(form);
    const type = encoded.headers.get('content-type') ?? '';
    return client.call('POST', path, new Uint8Array(await encoded.arrayBuffer()), { 'content-type': type, ...headers });
  }

  function formWith(bytes: Uint8Array<ArrayBuffer>, type = 'image/png', name = 'picture.png'): FormData {
    const form = new FormData();
    form.set('image', new Blob([bytes], { type }), name);
    return form;
  }

  const bytesOf = (buffer: Buffer): Uint8Array<ArrayBuffer> => Uint8Array.from(buffer);

  describe('an uploaded picture', () => {
    it.each(['jpeg', 'png', 'webp'] as const)('is captioned: %s', async (format) => {
      const answer = await upload(formWith(bytesOf(await drawAs(format)), `image/${format}`, `picture.${format}`));
      expect(answer).toMatchObject({ status: 200, json: { image_id: expect.any(Number) } });
      const [description] = await client.descriptionsOf([answer.json.image_id]);
      expect(description).toMatch(/\w/);
    });

    it('is captioned under the course’s address too', async () => {
      const answer = await upload(formWith(bytesOf(await drawAs('png'))), {}, '/api/v1.0/images');
      expect(answer.status).toBe(200);
      await client.listed([answer.json.image_id]);
    });

    it('is known by its bytes: what its name and its type say does not matter', async () => {
      const answer = await upload(formWith(bytesOf(await drawAs('webp')), 'text/plain', 'picture.txt'));
      expect(answer.status).toBe(200);
      await client.listed([answer.json.image_id]);
    });

    it('says the same as the same picture by its URL', async () => {
      const byUrl = await client.submit(pictures.url('/picture.png', 'same'));
      const { json } = await upload(formWith(bytesOf(await drawAs('png'))));
      const [first, second] = await client.descriptionsOf([byUrl, json.image_id]);
      expect(second).toBe(first);
    });

    it('ends as failed where its bytes break off', async () => {
      const whole = bytesOf(await drawAs('png'));
      const answer = await upload(formWith(whole.slice(0, 60)));
      expect(answer.status).toBe(200);
      const status = await client.failed(answer.json.image_id);
      expect(status.failure?.code).toBe('picture-truncated');
      expect(status.attempts).toBe(1);
    });

    it('is refused where it is no picture', async () => {
      const text = await upload(formWith(new TextEncoder().encode('Dear Sir or Madam'), 'image/png'));
      expect(text).toMatchObject({ status: 415, json: { code: 'upload-not-a-picture' } });
      const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>');
      expect(await upload(formWith(svg, 'image/svg+xml'))).toMatchObject({ status: 415 });
      expect(await upload(formWith(new Uint8Array()))).toMatchObject({ status: 415 });
    });

    it('is refused where it is too large', async () => {
      const large = new Uint8Array(20 * 1024 * 1024 + 1);
      large.set(bytesOf(await drawAs('png')));
      expect(await upload(formWith(large))).toMatchObject({ status: 413, json: { code: 'upload-too-large' } });
    });

    it('is refused where the form has no file', async () => {
      const form = new FormData();
      form.set('image', 'https://example.org/picture.png');
      expect(await upload(form)).toMatchObject({ status: 400, json: { code: 'upload-missing' } });
      expect((await upload(new FormData())).status).toBe(400);
    });

    it('is refused where the form is broken', async () => {
      const broken = await client.call('POST', '/images', 'no form at all', {
        'content-type': 'multipart/form-data; boundary=nowhere',
      });
      expect(broken.status).toBe(400);
      expect(broken.headers['content-type']).toMatch(/^application\/problem\+json/);
      const unbounded = await client.call('POST', '/images', 'x', { 'content-type': 'multipart/form-data' });
      expect(unbounded.status).toBe(400);
    });

    it('queues nothing when it is refused', async () => {
      const before = await client.captionJobsSent();
      await upload(formWith(new TextEncoder().encode('no picture')));
      await upload(new FormData());
      const id = await client.submit(pictures.url('/picture.png', 'after-refused-uploads'));
      await client.listed([id]);
      expect(await client.captionJobsSent()).toBe(before + 1);
    });
  });

  describe('an idempotency key', () => {
    // a product that runs elsewhere remembers the keys of earlier runs for a day
    const run = runsElsewhere ? `${Date.now()}-` : '';
    const withKey = (key: string): Record<string, string> => ({ 'idempotency-key': `${run}${key}` });

    it('gives the same id for the same URL, and one job', async () => {
      const url = pictures.url('/picture.png', 'keyed');
      const first = await client.submit(url, withKey('one'));
      await client.listed([first]);
      expect(await client.submit(url, withKey('one'))).toBe(first);
      expect(await client.submit(url, withKey('another'))).not.toBe(first);
      expect(await client.submit(url)).not.toBe(first);
    });

    it('gives the same id for the same uploaded picture', async () => {
      const picture = bytesOf(await drawAs('png'));
      const first = await upload(formWith(picture), withKey('upload'));
      const second = await upload(formWith(picture, 'image/png', 'renamed.png'), withKey('upload'));
      expect(second.json).toEqual(first.json);
      await client.listed([first.json.image_id]);
    });

    it('is refused with another picture', async () => {
      await client.submit(pictures.url('/picture.png', 'first'), withKey('two'));
      const body = { image_url: pictures.url('/picture.png', 'second') };
      const other = await client.postJson('/images', body, withKey('two'));
      expect(other).toMatchObject({ status: 422, json: { code: 'idempotency-key-reused' } });
      expect(await upload(formWith(bytesOf(await drawAs('png'))), withKey('two'))).toMatchObject({ status: 422 });
    });

    it.each([
      ['', 'empty'],
      ['two words', 'a space'],
      ['k'.repeat(256), 'too long'],
      ['é', 'not ASCII'],
    ])('is refused where it is %j (%s)', async (key) => {
      const body = { image_url: pictures.url('/picture.png', 'refused-key') };
      expect((await client.postJson('/images', body, { 'idempotency-key': key })).status).toBe(400);
    });

    it('makes one job of 200 concurrent requests', async () => {
      // jobs are sent in order: behind this one there is none of the tests before
      await client.listed([await client.submit(pictures.url('/picture.png', 'before-the-crowd'))]);
      const before = await client.captionJobsSent();
      const url = pictures.url('/picture.png', 'crowd');
      const ids = await Promise.all(Array.from({ length: 200 }, () => client.submit(url, withKey('crowd'))));
      expect(new Set(ids).size).toBe(1);
      const last = await client.submit(pictures.url('/picture.png', 'behind-the-crowd'));
      await client.listed([...new Set(ids), last]);
      expect(pictures.requestsOf(url)).toBe(1);
      expect(await client.captionJobsSent()).toBe(before + 2);
    });

    it('lets one picture win where two compete for it, and refuses the other', async () => {
      const urls = pictures.urls(40);
      const answers = await Promise.all(
        urls.map((image_url) => client.postJson('/images', { image_url }, withKey('competition'))),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 422)).toHaveLength(39);
    });
  });
});

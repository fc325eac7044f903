import type { Answer, CaptioningClient, Status } from '../support/captioning-client.js';
import { drawAs, type PictureHost } from '../support/picture-host.js';
import { reachProduct, type Product } from '../support/product.js';

/** Real: API, two caption workers with the shipped model, broker, database, files; all of it reached through HTTP alone. */
describe('tag and options', () => {
  let product: Product;
  let client: CaptioningClient;
  let pictures: PictureHost;

  beforeAll(async () => {
    product = await reachProduct('options');
    ({ client, pictures } = product);
  }, 300_000);
  afterAll(() => product?.stop());

  async function submit(more: object): Promise<number> {
    const image_url = pictures.url('/picture.png', JSON.stringify(more));
    const answer = await client.postJson('/images', { image_url, ...more });
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
    return answer.json.image_id;
  }

  async function finished(imageId: number): Promise<Status> {
    await client.listed([imageId]);
    return client.status(imageId);
  }

  it('show in the status at once and for good', async () => {
    const given = { tag: 'summer 🐈', options: { prompt: 'a picture of', beams: 3, captions: 2, max_length: 30 } };
    const id = await submit(given);
    expect(await client.status(id)).toMatchObject(given);
    expect(await finished(id)).toMatchObject(given);
    expect(await finished(await submit({}))).toMatchObject({ tag: null, options: {} });
  });

  it('give the captions asked for, all different, the best first, which is the description', async () => {
    const { captions, description, confidence } = await finished(await submit({ options: { captions: 4 } }));
    expect(captions.length).toBeGreaterThan(1);
    expect(captions.length).toBeLessThanOrEqual(4);
    expect(captions[0]).toEqual({ text: description, confidence });
    expect(new Set(captions.map(({ text }) => text)).size).toBe(captions.length);
    for (const caption of captions) expect(caption.confidence).toBeLessThanOrEqual(confidence!);
  });

  it('give one caption where no more are asked for', async () => {
    const { captions, description, confidence } = await finished(await submit({ options: { beams: 4 } }));
    expect(captions).toEqual([{ text: description, confidence }]);
  });

  it('bound the length, and the prompt leads the caption', async () => {
    const [plain, short, led] = await Promise.all(
      [{}, { options: { max_length: 5 } }, { options: { prompt: 'a red' } }].map(async (more) =>
        finished(await submit(more)),
      ),
    );
    expect(short!.description!.split(' ').length).toBeLessThanOrEqual(4);
    expect(short!.description!.length).toBeLessThan(plain!.description!.length);
    expect(led!.description).not.toMatch(/^a red/);
    expect(led!.description).not.toBe(plain!.description);
  });

  it('take more length than the model has for the most that it has', async () => {
    const [plain, long] = await Promise.all(
      [{}, { options: { max_length: 60 } }].map(async (more) => finished(await submit(more))),
    );
    expect(long!.description).toBe(plain!.description);
  });

  it('that leave no room for a word end as failed, with the reason, after one attempt', async () => {
    const id = await submit({ options: { prompt: 'a picture of a red', max_length: 5 } });
    expect(await client.failed(id)).toMatchObject({
      attempts: 1,
      captions: [],
      failure: {
        code: 'bad-caption-options',
        message: 'Expected a prompt of at most 3 tokens for a caption of at most 5 but received 5',
      },
    });
  });

  it.each([
    [{ options: { beams: 9 } }, 'options.beams'],
    [{ options: { captions: '2' } }, 'options.captions'],
    [{ options: { max_length: 61 } }, 'options.max_length'],
    [{ options: { prompt: 'x'.repeat(201) } }, 'options.prompt'],
    [{ options: { colour: 'red' } }, '"colour"'],
    [{ options: [] }, 'options'],
    [{ tag: 'x'.repeat(129) }, 'tag'],
    [{ tag: 17 }, 'tag'],
  ])('are refused where they are wrong, and the field is named: %j', async (more, field) => {
    const answer = await client.postJson('/images', { image_url: pictures.url('/picture.png'), ...more });
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
    expect(answer.json.detail).toContain(field);
  });

  describe('of an upload', () => {
    async function upload(fields: Record<string, string>, isFileFirst: boolean): Promise<Answer> {
      const form = new FormData();
      const picture = new Blob([Uint8Array.from(await drawAs('png'))], { type: 'image/png' });
      if (isFileFirst) form.set('image', picture, 'picture.png');
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      if (!isFileFirst) form.set('image', picture, 'picture.png');
      const encoded = new Response(form);
      const type = encoded.headers.get('content-type') ?? '';
      return client.call('POST', '/images', new Uint8Array(await encoded.arrayBuffer()), { 'content-type': type });
    }

    it.each([
      ['JSON, before the file', { tag: 'x', options: '{"beams":3,"captions":2}' }, false],
      ['JSON, behind the file', { tag: 'x', options: '{"beams":3,"captions":2}' }, true],
      ['fields, before the file', { tag: 'x', beams: '3', captions: '2' }, false],
      ['fields, behind the file', { tag: 'x', beams: '3', captions: '2' }, true],
    ])('come as %s', async (_, fields, isFileFirst) => {
      const { json } = await upload(fields, isFileFirst);
      const status = await finished(json.image_id);
      expect(status).toMatchObject({ tag: 'x', options: { beams: 3, captions: 2 } });
      expect(status.captions.length).toBe(2);
    });

    it('are refused where they are wrong', async () => {
      const answer = await upload({ beams: 'many' }, true);
      expect(answer).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
      expect(answer.json.detail).toBe('Expected a whole number from 1 to 8 for beams but received "many"');
    });
  });

  it('belong to what an idempotency key stands for', async () => {
    const image_url = pictures.url('/picture.png', 'keyed-options');
    const post = (more: object): Promise<Answer> =>
      client.postJson('/images', { image_url, ...more }, { 'idempotency-key': `options-${product.client.url}` });
    const first = await post({ tag: 'x', options: { beams: 3, captions: 2 } });
    expect(await post({ options: { captions: 2, beams: 3 }, tag: 'x' })).toMatchObject({
      status: 200,
      json: first.json,
    });
    for (const other of [{}, { tag: 'x' }, { tag: 'x', options: { beams: 4, captions: 2 } }]) {
      expect(await post(other)).toMatchObject({ status: 422, json: { code: 'idempotency-key-reused' } });
    }
  });

  it('lets a client ask for the status only where it has changed', async () => {
    const id = await submit({});
    await client.listed([id]);
    const path = `/images/${id}/status`;
    const first = await client.get(path);
    const { etag } = first.headers;
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const known of [etag!, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await client.call('GET', path, undefined, { 'if-none-match': known });
      expect(again).toMatchObject({ status: 304, text: '' });
      expect(again.headers.etag).toBe(etag);
    }
    const changed = await client.call('GET', path, undefined, { 'if-none-match': '"other"' });
    expect(changed).toMatchObject({ status: 200, text: first.text });
    const another = await client.get(`/images/${await submit({})}/status`);
    expect(another.headers.etag).not.toBe(etag);
  });
});

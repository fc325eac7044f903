import type { Answer, CaptioningClient, Status } from '../support/captioning-client.js';
import type { PictureHost } from '../support/picture-host.js';
import { reachProduct, type Product } from '../support/product.js';

/** Real: API, two caption workers with the shipped model, broker, database, files; all of it reached through HTTP alone. */
describe('many images', () => {
  let product: Product;
  let client: CaptioningClient;
  let pictures: PictureHost;

  beforeAll(async () => {
    product = await reachProduct('batches');
    ({ client, pictures } = product);
  }, 300_000);
  afterAll(() => product?.stop());

  const run = Math.random().toString(36).slice(2);
  const sendLines = (lines: readonly unknown[], end = '\n'): Promise<Answer> => {
    const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') + end;
    return client.call('POST', '/images/batch', body, { 'content-type': 'application/x-ndjson' });
  };
  const found = async (query: Record<string, string>): Promise<Status[]> => {
    const answer = await client.get(`/images/search?${String(new URLSearchParams(query))}`);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
    return (answer.json as unknown as { images: Status[] }).images;
  };
  /** What answers 404 fails soon, and keeps no worker busy. */
  const missing = (count: number, tag: string) =>
    pictures.urls(count, `/none-${tag}.png`).map((image_url) => ({ image_url, tag }));

  describe('as one JSON body', () => {
    it('get their ids in the order given, and each is captioned as it was asked for', async () => {
      const images = pictures.urls(12).map((image_url, index) => ({
        image_url,
        tag: `json-${run}`,
        options: { max_length: 5 + index },
      }));
      const answer = await client.postJson('/images/batch', { images });
      expect(answer.status).toBe(200);
      const ids = answer.json.image_ids;
      expect(new Set(ids).size).toBe(12);
      await client.listed(ids);
      const statuses = await client.statuses(ids);
      expect(statuses.map(({ options }) => options)).toEqual(images.map(({ options }) => options));
      for (const { image_url } of images) expect(pictures.requestsOf(image_url)).toBe(1);
    });

    it('are a thousand at most, however long their fields are', async () => {
      const image_url = `https://example.invalid/${'x'.repeat(2_000)}`;
      const tag = `long-${run}`.padEnd(128, '🐈');
      const images = Array.from({ length: 1_000 }, () => ({ image_url, tag }));
      const answer = await client.postJson('/images/batch', { images });
      expect(answer.status).toBe(200);
      expect(answer.json.image_ids).toHaveLength(1_000);
      const refused = await client.postJson('/images/batch', { images: [...images, images[0]] });
      expect(refused).toMatchObject({ status: 400, json: { detail: 'Expected 1 to 1000 images but received 1001' } });
    });

    it.each([
      [{}, 'Expected an array for images but received nothing'],
      [{ images: {} }, 'for images but received an object'],
      [{ images: [] }, 'Expected 1 to 1000 images but received 0'],
      [[], 'for images but received nothing'],
      [{ images: [17] }, 'Expected a JSON object for images[0] but received 17'],
    ])('are refused as %j', async (body, detail) => {
      const answer = await client.postJson('/images/batch', body);
      expect(answer).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
      expect(answer.json.detail).toContain(detail);
    });

    it('are none of them queued where one is wrong, and its place is named', async () => {
      const tag = `refused-${run}`;
      const images = [
        { image_url: 'https://example.org/a.png', tag },
        { image_url: 'a cat', tag },
      ];
      const answer = await client.postJson('/images/batch', { images });
      expect(answer.status).toBe(400);
      expect(answer.json.detail).toContain('for images[1].image_url but received "a cat"');
      expect(await found({ tag })).toEqual([]);
    });
  });

  describe('by lines', () => {
    it('may be more than a thousand, and get their ids in the order of the lines', async () => {
      const tag = `lines-${run}`;
      const images = missing(2_500, tag);
      const answer = await sendLines(images);
      expect(answer.status).toBe(200);
      const ids = answer.json.image_ids;
      expect(ids).toHaveLength(2_500);
      expect(new Set(ids).size).toBe(2_500);
      const [first, last] = await Promise.all([client.status(ids[0]!), client.status(ids[2_499]!)]);
      expect([first.tag, last.tag]).toEqual([tag, tag]);
      const pages = [await found({ tag, limit: '1000' })];
      for (let page = 0; page < 2; page += 1) {
        pages.push(await found({ tag, limit: '1000', after: String(pages.at(-1)!.at(-1)!.imageId) }));
      }
      expect(pages.flat().map(({ imageId }) => imageId)).toEqual([...ids].sort((one, other) => one - other));
    });

    it.each([['\n'], [''], ['\n\n  \n']])('are the same whether the last line ends with %j', async (end) => {
      const answer = await sendLines([{ image_url: pictures.url('/picture.png', 'line') }], end);
      expect(answer).toMatchObject({ status: 200, json: { image_ids: [expect.any(Number)] } });
    });

    it.each([
      ['is no URL', { image_url: 17 }, 'for line 1501: image_url but received 17'],
      ['is no object', 17, 'Expected a JSON object for line 1501 but received 17'],
      ['is no JSON', '{"image_url":', 'Expected JSON for line 1501'],
      [
        'has a wrong option',
        { image_url: 'a.org', options: { beams: 9 } },
        'for line 1501: options.beams but received 9',
      ],
    ])('are none of them queued where a late one %s, and it is named', async (name, wrong, detail) => {
      const tag = `wrong-${run}-${name}`;
      const images: unknown[] = missing(2_000, tag);
      images[1_500] = wrong;
      const answer = await sendLines(images);
      expect(answer.status).toBe(400);
      expect(answer.json.detail).toContain(detail);
      expect(await found({ tag })).toEqual([]);
    });

    it('are refused where there is none', async () => {
      expect(await sendLines([], '')).toMatchObject({ status: 400 });
      expect(await sendLines([], '\n\n')).toMatchObject({ status: 400 });
    });

    it('are for this call alone', async () => {
      const headers = { 'content-type': 'application/x-ndjson' };
      expect(await client.call('POST', '/images', '{"image_url":"a.org"}', headers)).toMatchObject({ status: 415 });
    });
  });

  describe('are found', () => {
    it('by tag, by state, and by both, by their ids, a page at a time', async () => {
      const tag = `found "${run}" 🐈`;
      const { json } = await client.postJson('/images/batch', {
        images: [...pictures.urls(3, '/square.png'), pictures.url('/none.png', run)].map((image_url) => ({
          image_url,
          tag,
        })),
      });
      const ids = json.image_ids;
      await client.listed(ids.slice(0, 3));
      await client.failed(ids[3]!);
      const idsOf = (statuses: Status[]) => statuses.map(({ imageId }) => imageId);
      expect(idsOf(await found({ tag }))).toEqual(ids);
      expect(idsOf(await found({ tag, status: 'described' }))).toEqual(ids.slice(0, 3));
      expect(idsOf(await found({ tag, limit: '2' }))).toEqual(ids.slice(0, 2));
      expect(idsOf(await found({ tag, after: String(ids[1]), limit: '2' }))).toEqual(ids.slice(2));
      expect(await found({ tag, status: 'failed' })).toEqual([await client.status(ids[3]!)]);
      expect(idsOf(await found({ status: 'failed', after: String(ids[2]), limit: '1' }))).toEqual([ids[3]]);
      expect(await found({ tag: `${tag}!` })).toEqual([]);
    });

    it.each(['status=done', 'limit=0', 'limit=1001', 'after=x', 'tag=a&tag=b'])('not by %s', async (query) => {
      expect(await client.get(`/images/search?${query}`)).toMatchObject({
        status: 400,
        json: { code: 'invalid-request' },
      });
    });
  });
});

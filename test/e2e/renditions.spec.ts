import sharp from 'sharp';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

/** Real: API, image worker, broker, database; through HTTP alone. */
describeWithFaults('what is made of an image’s picture when it is asked for', () => {
  let system: SharedSystem;
  let picture: Buffer;

  beforeAll(async () => {
    system = await startSystem({ name: 'renditions', workers: 0, others: ['image-worker'] });
    picture = await sharp({ create: { width: 1000, height: 500, channels: 3, background: '#ff0000' } })
      .jpeg()
      .toBuffer();
  });
  afterAll(() => system?.stop());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${system.client.url}${path}`, { headers });
  /** Asks until it is there. */
  const made = (path: string): Promise<Response> =>
    until('it is there', async () => {
      const answer = await get(path);
      return answer.status === 200 && answer;
    });
  /** Of an upload that is no picture, and of no image: asks until nothing is being made any more. */
  async function expectNone(kind: string): Promise<void> {
    const broken = await system.client.upload(picture.subarray(0, 300));
    for (const id of [broken, 999_999_999]) {
      const { status, json } = await until('nobody makes it', async () => {
        const answer = await system.client.get(`/images/${id}/${kind}`);
        return answer.headers['retry-after'] === undefined && answer;
      });
      expect({ status, code: json.code }).toEqual({ status: 404, code: 'image-not-found' });
    }
  }

  it('is a thumbnail', async () => {
    const path = `/images/${await system.client.upload(picture)}/thumbnail`;
    const answer = await made(path);
    expect(answer.headers.get('content-type')).toBe('image/webp');
    const shrunk = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect(shrunk).toMatchObject({ format: 'webp', width: 320, height: 160 });
    expect((await get(path, { 'if-none-match': answer.headers.get('etag')! })).status).toBe(304);
    await expectNone('thumbnail');
  });
});

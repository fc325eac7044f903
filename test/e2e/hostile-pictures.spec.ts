import type { RequestListener } from 'node:http';
import { claiming, gifClaiming, packedText, pngClaiming } from '../../libs/pictures/test/support/hostile-pictures.js';
import { PictureServer } from '../../libs/fetching/test/picture-server.js';
import type { CaptioningClient } from '../support/captioning-client.js';
import { draw, drawAs } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';

/** Real: API, two caption workers with the shipped model, broker, database, files; a picture server that means harm. */
describeWithFaults('hostile pictures', () => {
  let system: SharedSystem;
  let client: CaptioningClient;
  let server: PictureServer;
  const answers = new Map<string, RequestListener>();

  beforeAll(async () => {
    server = await PictureServer.start((request, response) => answers.get(request.url ?? '')?.(request, response));
    system = await startSystem({ name: 'hostile-pictures', environment: { FETCH_MAX_BYTES: '1000000' } });
    ({ client } = system);
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await server?.stop();
  }, 300_000);
  afterEach(async () => {
    // the workers that began are the ones that are there, and describe what is harmless
    expect(system.workers.every((worker) => worker.isRunning())).toBe(true);
    const ids = await Promise.all(Array.from({ length: 4 }, async () => client.upload(await draw())));
    for (const description of await client.descriptionsOf(ids)) expect(description).toMatch(/\bred\b/);
  });

  function byUrl(name: string, answer: RequestListener): Promise<number> {
    answers.set(`/${name}`, answer);
    return client.submit(server.url(`/${name}`));
  }

  const pictures: [string, () => Promise<Buffer> | Buffer, string][] = [
    ['a PNG of 70 bytes that claims 4 gigapixels', () => pngClaiming(65_535, 65_535), 'picture-too-large'],
    [
      'a GIF of 35 bytes that claims 4 gigapixels',
      () => gifClaiming([65_535, 65_535], [65_535, 65_535]),
      'picture-too-large',
    ],
    ['a JPEG that claims 4 gigapixels', () => claiming('jpeg', 65_500, 65_500), 'picture-too-large'],
    ['an AVIF that claims 4 gigapixels', () => claiming('avif', 65_000, 65_000), 'picture-too-large'],
    ['a TIFF that claims 4 gigapixels', () => claiming('tiff', 65_000, 65_000), 'picture-too-large'],
    ['a WebP whose canvas is not its picture’s', () => claiming('webp', 16_384, 16_384), 'picture-truncated'],
    ['half a JPEG', async () => (await drawAs('jpeg')).subarray(0, 700), 'picture-truncated'],
    ['the first bytes of a PNG alone', async () => (await draw()).subarray(0, 16), 'picture-truncated'],
    [
      'SVG behind the first bytes of a TIFF',
      () => Buffer.from('II*\0<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'picture-truncated',
    ],
  ];

  it.each(pictures)('ends as failed, with the reason, uploaded and by its URL: %s', async (title, make, code) => {
    const bytes = await make();
    const ids = [
      await client.upload(bytes),
      await byUrl(encodeURIComponent(title), (_, response) => response.end(bytes)),
    ];
    for (const id of ids) {
      expect(await client.failed(id)).toMatchObject({ attempts: 1, failure: { code, message: expect.any(String) } });
    }
  });

  it.each<[string, string, string | Uint8Array]>([
    ['SVG that says it is a PNG', 'image/png', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
    ['a page that says it is a JPEG', 'image/jpeg', '<!DOCTYPE html><title>Cat</title>'],
    ['PDF', 'application/pdf', '%PDF-1.7\n'],
  ])('ends as no picture: %s', async (title, type, body) => {
    const id = await byUrl(encodeURIComponent(title), (_, response) =>
      response.setHeader('content-type', type).end(body),
    );
    expect(await client.failed(id)).toMatchObject({ attempts: 1, failure: { code: 'not-a-picture' } });
  });

  it('is described, whatever its server says that it is', async () => {
    const picture = await draw();
    const id = await byUrl('page.html', (_, response) => response.setHeader('content-type', 'text/html').end(picture));
    expect((await client.descriptionsOf([id]))[0]).toMatch(/\bred\b/);
  });

  it.each<[string, RequestListener, string]>([
    [
      'announces too much',
      (_, response) => response.writeHead(200, { 'content-length': 1e12 }).write('x'),
      'body-too-large',
    ],
    ['sends without end', (_, response) => pour(response), 'body-too-large'],
    ['sends nothing', (_, response) => response.end(), 'empty-body'],
  ])('ends as failed where its server %s', async (title, answer, code) => {
    const id = await byUrl(encodeURIComponent(title), answer);
    expect(await client.failed(id)).toMatchObject({ attempts: 1, failure: { code } });
  });

  it('does no harm with gigabytes of packed texts', async () => {
    const texts = Array.from({ length: 40 }, () => packedText(20e6));
    const bomb = pngClaiming(64, 64, texts);
    expect(bomb.length).toBeLessThan(1_000_000);
    const ids = [await client.upload(bomb), await byUrl('texts', (_, response) => response.end(bomb))];
    for (const description of await client.descriptionsOf(ids)) expect(description).toMatch(/\w/);
  });
});

function pour(response: Parameters<RequestListener>[1]): void {
  const more = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536), more));
  more();
}

import type { CaptioningClient, Status } from '../support/captioning-client.js';
import { drawAs, PictureHost } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

/** Real: API, one caption worker with the shipped model, broker, database, files; its worker is ended and another one started. */
describeWithFaults('describing anew', () => {
  let system: SharedSystem;
  let client: CaptioningClient;
  let pictures: PictureHost;

  beforeAll(async () => {
    pictures = await PictureHost.start();
    system = await startSystem({ name: 'redescription', workers: 1 });
    ({ client } = system);
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await pictures?.stop();
  });

  const redescribe = (id: number | string) => client.call('POST', `/images/${id}/redescribe`);
  const describedAfter = (id: number, before: Status): Promise<Status> =>
    until(`image ${id} is described anew`, async () => {
      const status = await client.status(id);
      return status.status === 'described' && status.finishedAt! > before.finishedAt! && status;
    });
  const described = async (id: number): Promise<Status> => {
    await client.listed([id]);
    return client.status(id);
  };

  it('keeps the old description readable and listed until the new one is there, once however often it is asked', async () => {
    const url = pictures.url('/picture.png', 'anew');
    const id = await client.submit(url);
    const before = await described(id);
    await system.workers[0]!.stop();
    expect(await redescribe(id)).toMatchObject({ status: 202, json: { image_id: id } });
    expect(await redescribe(id)).toMatchObject({ status: 202 });
    expect(await client.get(`/images/${id}`)).toMatchObject({ status: 200, json: { description: before.description } });
    expect(await client.status(id)).toMatchObject({ status: 'queued', description: before.description, attempts: 0 });
    // a replica that starts meanwhile lists it as well
    const replica = await system.startApi();
    const answer = await fetch(`${replica.url}/images`);
    expect(((await answer.json()) as { image_ids: number[] }).image_ids).toContain(id);
    expect(await client.finishedIds()).toContain(id);
    await system.startWorker();
    const after = await describedAfter(id, before);
    expect(after).toMatchObject({ description: before.description, model: before.model, attempts: 1 });
    expect(pictures.requestsOf(url)).toBe(2);
  }, 300_000);

  it('takes an uploaded picture', async () => {
    const encoded = new Response(formWith(await drawAs('png')));
    const headers = { 'content-type': encoded.headers.get('content-type') ?? '' };
    const { json } = await client.call('POST', '/images', new Uint8Array(await encoded.arrayBuffer()), headers);
    const before = await described(json.image_id);
    expect(await redescribe(json.image_id)).toMatchObject({ status: 202 });
    expect((await describedAfter(json.image_id, before)).description).toBe(before.description);
  });

  it('that fails says why, keeps the old description, and can be tried again', async () => {
    const id = await client.submit(pictures.url('/lent.png'));
    const before = await described(id);
    pictures.takeAway();
    await redescribe(id);
    const failed = await client.failed(id);
    expect(failed).toMatchObject({ description: before.description, failure: { code: expect.any(String) } });
    expect(await client.get(`/images/${id}`)).toMatchObject({ status: 200 });
    expect(await client.finishedIds()).toContain(id);
    pictures.bringBack();
    expect(await redescribe(id)).toMatchObject({ status: 202 });
    expect(await describedAfter(id, before)).toMatchObject({ failure: null });
  });

  it.each(['9007199254740991', '0', 'abc'])('knows no image %s', async (id) => {
    expect(await redescribe(id)).toMatchObject({ status: 404, json: { code: 'image-not-found' } });
  });
});

function formWith(bytes: Buffer): FormData {
  const form = new FormData();
  form.set('image', new Blob([Uint8Array.from(bytes)], { type: 'image/png' }), 'picture.png');
  return form;
}

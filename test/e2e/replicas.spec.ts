import { CaptioningClient, type Status } from '../support/captioning-client.js';
import { PictureHost } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { eventsOf } from '../support/server-sent-events.js';
import { SteadyLoad } from '../support/steady-load.js';
import { until } from '../support/until.js';

/** Real: two replicas of the API, two caption workers with the shipped model, broker, database, files. */
describeWithFaults('replicas of the API', () => {
  let system: SharedSystem;
  let pictures: PictureHost;
  let first: CaptioningClient;
  let second: CaptioningClient;

  beforeAll(async () => {
    pictures = await PictureHost.start();
    system = await startSystem({ name: 'replicas' });
    first = system.client;
    second = new CaptioningClient((await system.startApi()).url);
  }, 120_000);
  afterAll(async () => {
    second?.close();
    await system?.stop();
    await pictures?.stop();
  }, 60_000);
  beforeEach(() => pictures.hold());

  it('give the same answers, whichever of them took the picture in', async () => {
    const ids = [
      ...(await first.submitAll(pictures.urls(10))),
      ...(await second.submitAll(pictures.urls(10, '/square.png'))),
    ];
    expect(new Set(ids).size).toBe(20);
    await Promise.all([first.listed(ids), second.listed(ids)]);
    expect((await second.get('/images')).text).toBe((await first.get('/images')).text);
    for (const id of ids)
      expect((await second.get(`/images/${id}`)).json).toEqual((await first.get(`/images/${id}`)).json);
  });

  it('tell whoever watches on one of them about a picture that the other took in', async () => {
    const id = await first.submit(pictures.url('/held.png', 'watched'));
    const response = await second.open('GET', `/images/events?ids=${id}`);
    const seen: string[] = [];
    for await (const { type, data } of eventsOf(response)) {
      if (type !== 'status') continue;
      const { status } = JSON.parse(data) as Status;
      seen.push(status);
      if (status === 'processing') pictures.release();
    }
    expect(seen).toContain('processing');
    expect(seen.at(-1)).toBe('described');
  });

  it('share idempotency keys: 200 requests at both make one image', async () => {
    const url = pictures.url('/picture.png', 'shared-key');
    const headers = { 'idempotency-key': 'shared' };
    const ids = await Promise.all(
      Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? first : second).submit(url, headers)),
    );
    expect(new Set(ids).size).toBe(1);
    await first.listed([ids[0]!]);
    expect(pictures.requestsOf(url)).toBe(1);
  });

  it('finish their requests on SIGTERM under load, end, and lose nothing that they answered', async () => {
    const leaving = await system.startApi();
    const client = new CaptioningClient(leaving.url);
    const load = new SteadyLoad(client, pictures.url('/picture.png', 'drained'), 8);
    await until('the load is on its way', () => load.report.accepted.length > 100);
    const startedAt = performance.now();
    const exit = await leaving.stop();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(exit).toEqual({ code: null, signal: 'SIGTERM' });
    const { accepted, refused } = await load.stop();
    client.close();
    // what came too late was turned away: before the door closed, while it closed, or after
    const tooLate = new Set(['503', 'ECONNRESET', 'ECONNREFUSED']);
    expect(refused.filter((reason) => !tooLate.has(reason))).toEqual([]);
    await first.listed(accepted);
    await second.listed(accepted);
  });

  it('lose no report when one is killed while it records them', async () => {
    const killed = await system.startApi();
    const client = new CaptioningClient(killed.url);
    const ids = await client.submitAll(pictures.urls(100));
    await until('some are finished', async () => (await first.finishedIds()).some((id) => ids.includes(id)));
    await killed.kill();
    client.close();
    await first.listed(ids);
    await second.listed(ids);
  });

  it('know on their first answer everything that was finished before they started', async () => {
    const list = await first.finishedIds();
    const late = new CaptioningClient((await system.startApi()).url);
    expect(await late.finishedIds()).toEqual(list);
    late.close();
  });
});

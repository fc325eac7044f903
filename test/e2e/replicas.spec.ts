import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
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
  }, 300_000);
  afterAll(async () => {
    second?.close();
    await system?.stop();
    await pictures?.stop();
  }, 300_000);
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

  describe('on SIGTERM', () => {
    it('answer every request of clients that leave when they are asked to', async () => {
      const leaving = await system.startApi();
      const client = new CaptioningClient(leaving.url);
      const accepted: number[] = [];
      const postUntilAskedToLeave = async (): Promise<string | undefined> => {
        for (;;) {
          const answer = await client.postJson('/images', { image_url: pictures.url('/picture.png', 'heeded') });
          expect(answer.status).toBe(200);
          accepted.push(answer.json.image_id);
          if (answer.headers.connection !== 'keep-alive') return answer.headers.connection;
        }
      };
      const load = Promise.all(Array.from({ length: 16 }, postUntilAskedToLeave));
      await until('the load is on its way', () => accepted.length > 100);
      const stopped = leaving.stop();
      expect(new Set(await load)).toEqual(new Set(['close']));
      expect(await stopped).toEqual({ code: null, signal: 'SIGTERM' });
      client.close();
      await first.listed(accepted);
      await second.listed(accepted);
    });

    it('answer those who do not leave, until nobody can connect; they end in time and lose nothing that they answered', async () => {
      const leaving = await system.startApi({ environment: { SHUTDOWN_GRACE_MS: '3000' } });
      const client = new CaptioningClient(leaving.url);
      const load = new SteadyLoad(client, pictures.url('/picture.png', 'drained'), 8);
      await until('the load is on its way', () => load.report.accepted.length > 100);
      const stopped = leaving.stop();
      const atTheSignal = load.report.accepted.length;
      await until('it goes on answering', () => load.report.accepted.length > atTheSignal + 20, { every: 5 });
      expect(load.report.refused).toEqual([]);
      expect(await stopped).toEqual({ code: null, signal: 'SIGTERM' });
      const { accepted, refused } = await load.stop();
      client.close();
      // a connection that the system has taken in and the API has not is reset with the listening socket
      const notLetIn = new Set(['ECONNREFUSED', 'ECONNRESET']);
      expect(refused.filter((reason) => !notLetIn.has(reason))).toEqual([]);
      expect(refused.filter((reason) => reason === 'ECONNRESET').length).toBeLessThanOrEqual(8);
      await first.listed(accepted);
      await second.listed(accepted);
    });

    it('are not ready from the first moment on, and ask their clients to leave', async () => {
      const leaving = await system.startApi({ environment: { SHUTDOWN_GRACE_MS: '6000' } });
      const client = new CaptioningClient(leaving.url);
      expect((await client.get('/health/live')).headers.connection).toBe('keep-alive');
      const stopped = leaving.stop();
      await until('readiness is red', async () => !(await client.ready()), { every: 5 });
      expect((await client.get('/health/ready')).json.error).toHaveProperty('shutdown');
      const answer = await client.postJson('/images', { image_url: pictures.url('/picture.png', 'last') });
      expect(answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
      expect(await stopped).toEqual({ code: null, signal: 'SIGTERM' });
      client.close();
      await first.listed([answer.json.image_id]);
    });

    it('answer a picture that is still being uploaded when nobody else can connect any more', async () => {
      const leaving = await system.startApi({ environment: { SHUTDOWN_GRACE_MS: '0' } });
      const client = new CaptioningClient(leaving.url);
      const body = JSON.stringify({ image_url: pictures.url('/picture.png', 'slow') });
      const { port } = new URL(leaving.url);
      const upload = request({ port, host: '127.0.0.1', method: 'POST', path: '/images' });
      upload.setHeader('content-type', 'application/json').setHeader('content-length', body.length);
      upload.write(body.slice(0, 10));
      await until('it is connected', () => upload.socket?.connecting === false);
      // an answer on another connection says that the request before it was read
      expect((await client.get('/health/live')).status).toBe(200);
      const stopped = leaving.stop();
      await until('nobody can connect', () =>
        fetch(`${leaving.url}/health/live`).then(
          () => false,
          () => true,
        ),
      );
      upload.end(body.slice(10));
      const [response] = (await once(upload, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(200);
      const { image_id: id } = JSON.parse(await text(response)) as { image_id: number };
      expect(await stopped).toEqual({ code: null, signal: 'SIGTERM' });
      client.close();
      await first.listed([id]);
    });

    it('end the streams of those who watch, who then come to another', async () => {
      const leaving = await system.startApi();
      const client = new CaptioningClient(leaving.url);
      const id = await client.submit(pictures.url('/held.png', 'watched-to-the-end'));
      const stream = await client.open('GET', `/images/events?ids=${id}`);
      const stopped = leaving.stop();
      for await (const { type } of eventsOf(stream)) expect(type).not.toBe('done');
      const again = await client.open('GET', `/images/events?ids=${id}`);
      for await (const { type } of eventsOf(again)) expect(type).not.toBe('done');
      expect(await stopped).toEqual({ code: null, signal: 'SIGTERM' });
      client.close();
      pictures.release();
      await first.listed([id]);
    });
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

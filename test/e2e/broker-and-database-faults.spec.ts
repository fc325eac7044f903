import { readdir } from 'node:fs/promises';
import { BrokerProbe } from '../support/broker-probe.js';
import { CaptioningClient } from '../support/captioning-client.js';
import { PictureHost } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { startPrivateSystem, type PrivateSystem } from '../support/running-system.js';
import { SteadyLoad } from '../support/steady-load.js';
import { throughout, until } from '../support/until.js';

/** What clients are promised. */
const answerWithinMs = 1_000;
/** The load and a broker that boots share the machine. Who waits for the broker waits for the publish's time limit, 5 s, or for ever. */
const answerUnderLoadWithinMs = 4_000;

/**
 * Real: API, two caption workers with the shipped model, a broker and a database that are frozen, killed and restarted. More than
 * 250 lines, since the broker and the database that all of them need take ten seconds to start.
 */
describeWithFaults('fault tolerance (test_fault_tolerance)', () => {
  let system: PrivateSystem;
  let client: CaptioningClient;
  let pictures: PictureHost;

  beforeAll(async () => {
    pictures = await PictureHost.start();
    system = await startPrivateSystem({ name: 'broker-and-database-faults' });
    ({ client } = system);
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await pictures?.stop();
  }, 300_000);

  /** Posts one after the other, so that each answer's own time is seen. */
  async function submitQuickly(count: number): Promise<number[]> {
    const ids: number[] = [];
    for (const image_url of pictures.urls(count)) {
      const answer = await client.postJson('/images', { image_url });
      expect(answer.status).toBe(200);
      expect(answer.milliseconds).toBeLessThan(answerWithinMs);
      ids.push(answer.json.image_id);
    }
    return ids;
  }

  async function expectEachCaptionedOnce(ids: readonly number[]): Promise<void> {
    await client.listed(ids);
    const finished = await client.finishedIds();
    expect(new Set(finished).size).toBe(finished.length);
    const statuses = await client.statuses(ids);
    expect(statuses.filter(({ status }) => status !== 'described')).toEqual([]);
    const files = new Set(await readdir(system.dataDirectory));
    expect(ids.filter((id) => !files.has(`${id}.txt`))).toEqual([]);
  }

  const untilWell = () => until('the API is ready', () => client.ready(), { within: 40_000 });

  it('answers within a second while the broker is frozen; what it accepted is captioned after the thaw', async () => {
    await client.listed(await submitQuickly(2));
    await system.broker.freeze();
    const ids = await submitQuickly(20);
    expect((await client.finishedIds()).filter((id) => ids.includes(id))).toEqual([]);
    await system.broker.thaw();
    await expectEachCaptionedOnce(ids);
  });

  it('notices that the broker is frozen, goes on answering, and is ready again after the thaw', async () => {
    await system.broker.freeze();
    await until('readiness is red', async () => !(await client.ready()));
    expect((await client.get('/health/live')).status).toBe(200);
    const ids = await submitQuickly(5);
    await system.broker.thaw();
    await untilWell();
    await expectEachCaptionedOnce(ids);
  });

  it('loses nothing when the broker is killed under load, and captions nothing twice', async () => {
    await client.listed(await submitQuickly(2));
    const before = await client.statuses(await client.finishedIds());
    const load = new SteadyLoad(client, pictures.url('/picture.png', 'load'), 8);
    const { accepted } = load.report;
    await until('the load is on its way', () => accepted.length > 50);
    await system.broker.kill();
    const atTheKill = accepted.length;
    await until('posts are answered without a broker', () => accepted.length > atTheKill + 100);
    await system.broker.restart();
    const afterTheRestart = accepted.length;
    await until('posts are answered with it again', () => accepted.length > afterTheRestart + 50);
    const report = await load.stop();
    expect(report.refused).toEqual([]);
    expect(report.slowest).toBeLessThan(answerUnderLoadWithinMs);
    expect(new Set(report.accepted).size).toBe(report.accepted.length);
    await expectEachCaptionedOnce(report.accepted);
    expect(await client.statuses(before.map(({ imageId }) => imageId))).toEqual(before);
  }, 300_000);

  it('takes in pictures while the broker’s memory alarm blocks publishing, and captions them afterwards', async () => {
    await system.broker.control('set_vm_memory_high_watermark', 'absolute', '1');
    const ids = await submitQuickly(5);
    await system.broker.control('set_vm_memory_high_watermark', '0.6');
    await expectEachCaptionedOnce(ids);
    await untilWell();
  });

  it('knows everything that was finished after a restart without the broker', async () => {
    const finished = await submitQuickly(3);
    const descriptions = await client.descriptionsOf(finished);
    const list = await client.finishedIds();
    await system.broker.kill();
    await system.api.stop();
    const port = Number(new URL(system.api.url).port);
    const api = await system.startApi({ port, readyPath: '/health/live' });
    expect(await client.finishedIds()).toEqual(list);
    for (const [index, id] of finished.entries()) {
      expect((await client.get(`/images/${id}`)).json).toEqual({ description: descriptions[index] });
    }
    expect(await client.ready()).toBe(false);
    const ids = await submitQuickly(5);
    await system.broker.restart();
    await expectEachCaptionedOnce(ids);
    await untilWell();
    expect(api.isRunning()).toBe(true);
  }, 300_000);

  it('captions what was answered by an API that is killed before it could tell the broker', async () => {
    const doomed = await system.startApi();
    const doomedClient = new CaptioningClient(doomed.url);
    await client.listed([await doomedClient.submit(pictures.url('/picture.png', 'before'))]);
    await system.broker.freeze();
    const id = await doomedClient.submit(pictures.url('/picture.png', 'doomed'));
    await doomed.kill();
    doomedClient.close();
    await system.broker.thaw();
    await expectEachCaptionedOnce([id]);
  });

  describe('a consumer whose queue is gone', () => {
    let probe: BrokerProbe;

    beforeAll(async () => (probe = await BrokerProbe.open(system.brokerUrl)));
    afterAll(() => probe?.close());

    it('is there again by itself, and so are queue and captions', async () => {
      await untilWell();
      for (const queue of ['caption.jobs', 'api.completions']) await probe.deleteQueue(queue);
      await expectEachCaptionedOnce(await submitQuickly(5));
      await untilWell();
    });

    it('turns readiness red for as long as it cannot come back, and green by itself', async () => {
      await probe.replaceByClassicQueue('api.completions');
      await until('readiness is red', async () => !(await client.ready()));
      expect((await client.get('/health/ready')).json.error).toHaveProperty('completions');
      const ids = await submitQuickly(2);
      await probe.deleteQueue('api.completions');
      await untilWell();
      await expectEachCaptionedOnce([...ids, ...(await submitQuickly(2))]);
    });

    it('is there again after the exchange was deleted', async () => {
      await probe.deleteExchange('images');
      await expectEachCaptionedOnce(await submitQuickly(5));
      await untilWell();
    });
  });

  it('loses no job with a queue that is deleted while it holds them, and sends none twice for having waited long', async () => {
    await untilWell();
    const watchful = await system.startApi({ environment: { LOST_JOB_AFTER_MS: '1000' } });
    const watchfulClient = new CaptioningClient(watchful.url);
    const requeued = () => watchfulClient.metric('ekphrasis_requeued_images_total');
    const probe = await BrokerProbe.open(system.brokerUrl);
    await Promise.all(system.workers.map((worker) => worker.stop()));
    const ids = await submitQuickly(10);
    await probe.expectDepth('caption.jobs', ids.length);
    await throughout(2_500, async () => expect(await requeued()).toBe(0));

    await probe.deleteQueue('caption.jobs');
    await probe.close();
    await system.startWorker();
    await expectEachCaptionedOnce(ids);
    expect(await requeued()).toBeGreaterThanOrEqual(ids.length);
    watchfulClient.close();
    await watchful.stop();
    await untilWell();
  }, 300_000);

  describe('without the database', () => {
    it('refuses with 503 and a time to come back, still lists what is finished, and loses no report meanwhile', async () => {
      pictures.hold();
      const held = pictures.urls(3, '/held.png');
      const ids = await client.submitAll(held);
      await until('workers have them', () => held.every((url) => pictures.requestsOf(url) > 0));
      const list = await client.finishedIds();
      await system.database.kill();
      pictures.release();
      const refused = await client.postJson('/images', { image_url: pictures.url('/picture.png', 'no-database') });
      expect(refused).toMatchObject({ status: 503, json: { status: 503 } });
      expect(refused.headers['retry-after']).toBeDefined();
      expect(await client.finishedIds()).toEqual(list);
      expect(await client.ready()).toBe(false);
      await system.database.restart();
      await expectEachCaptionedOnce(ids);
      await untilWell();
      await expectEachCaptionedOnce(await submitQuickly(2));
    });

    it('waits for one that takes no writes as for one that is away, and is not ready meanwhile', async () => {
      const readOnly = async (value: 'on' | 'off'): Promise<void> => {
        await system.database.execute(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
        await system.database.execute('SELECT pg_reload_conf()');
      };
      pictures.hold();
      const held = pictures.urls(4, '/held.png');
      const ids = await client.submitAll(held);
      await until('workers have them', () => held.every((url) => pictures.requestsOf(url) > 0));
      await readOnly('on');
      await until('readiness is red', async () => !(await client.ready()));
      pictures.release();
      const refused = await client.postJson('/images', { image_url: pictures.url('/picture.png', 'read-only') });
      expect(refused).toMatchObject({ status: 503, json: { code: 'database-unavailable' } });
      expect(refused.headers).toMatchObject({
        'retry-after': '1',
        'content-type': expect.stringMatching(/^application\/problem\+json/),
      });
      await until('workers have their results', async () => {
        const files = await readdir(system.dataDirectory);
        return ids.every((id) => files.includes(`${id}.txt`));
      });
      expect((await client.get('/health/ready')).json.error).toHaveProperty('database');
      await readOnly('off');
      await expectEachCaptionedOnce(ids);
      await untilWell();
      expect((await client.get('/dlq')).json).toMatchObject({ count: 0 });
    });

    it('waits for one that refuses its password', async () => {
      const { database } = system;
      const rotate = (password: string): Promise<unknown> =>
        database.execute(`ALTER ROLE ekphrasis PASSWORD '${password}';
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ekphrasis'`);
      const administrator = await database.connect();
      const [id] = await submitQuickly(1);
      await rotate('another');
      const refused = await client.postJson('/images', { image_url: pictures.url('/picture.png', 'rotated') });
      expect(refused).toMatchObject({ status: 503, json: { code: 'database-unavailable' } });
      expect(await client.ready()).toBe(false);
      await administrator.query(`ALTER ROLE ekphrasis PASSWORD '${new URL(database.url).password}'`);
      await administrator.end();
      await untilWell();
      await expectEachCaptionedOnce([id!, ...(await submitQuickly(2))]);
      expect((await client.get('/dlq')).json).toMatchObject({ count: 0 });
    });

    it('survives the end of the database in the middle of a relay’s transaction', async () => {
      await system.broker.freeze();
      // the relay holds them in a transaction while it waits for confirms that do not come
      const ids = await submitQuickly(3);
      await system.database.kill();
      await system.database.restart();
      await system.broker.thaw();
      await expectEachCaptionedOnce(ids);
      await untilWell();
    });
  });
});

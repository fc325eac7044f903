import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningApplication } from '../../scripts/setup/applications.cjs';
import type { CaptioningClient } from '../support/captioning-client.js';
import { drawAs, PictureHost } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { retryCaptionsSoon, startSystem, type SharedSystem } from '../support/running-system.js';
import { throughout, until } from '../support/until.js';

/** Real: API, caption workers with the shipped model, broker, database, files. Workers are frozen and killed. */
describeWithFaults('workers', () => {
  let system: SharedSystem;
  let client: CaptioningClient;
  let pictures: PictureHost;
  let workers: RunningApplication[];

  beforeAll(async () => {
    pictures = await PictureHost.start();
    system = await startSystem({ name: 'workers' });
    ({ client } = system);
    workers = [...system.workers];
    await retryCaptionsSoon(system);
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await pictures?.stop();
  }, 300_000);
  beforeEach(() => pictures.hold());

  /** One worker less and a new one in its place, as an orchestrator would have it. */
  async function replace(worker: RunningApplication): Promise<void> {
    workers.splice(workers.indexOf(worker), 1, await system.startWorker());
  }

  async function startTwo(): Promise<void> {
    workers = await Promise.all([system.startWorker(), system.startWorker()]);
  }

  /** The worker that has asked for the picture last. */
  async function holderOf(url: string): Promise<RunningApplication> {
    return until('a worker has the job', () => workers.find(({ name }) => name === pictures.lastAskerOf(url)));
  }

  describe('captions generated on workers (test_captions_generated_on_workers)', () => {
    it('finishes nothing while every worker is frozen, and everything once they run again', async () => {
      const earlier = await client.submit(pictures.url('/picture.png', 'earlier'));
      await client.listed([earlier]);
      for (const worker of workers) worker.freeze();
      const ids = await client.submitAll(pictures.urls(10));
      await throughout(1_500, async () => {
        const finished = await client.finishedIds();
        expect(finished).toContain(earlier);
        expect(finished.filter((id) => ids.includes(id))).toEqual([]);
      });
      for (const id of ids) expect((await client.get(`/images/${id}`)).status).toBe(404);
      for (const worker of workers) worker.thaw();
      await client.descriptionsOf(ids);
    });

    it('goes on with one worker of two, and takes up a third by itself', async () => {
      workers[0]!.freeze();
      const ids = await client.submitAll(pictures.urls(5));
      const third = await system.startWorker();
      // what the frozen worker holds comes free when the broker misses its heartbeats
      await client.listed(ids);
      workers[0]!.thaw();
      await third.stop();
      expect((await client.statuses(ids)).every(({ status }) => status === 'described')).toBe(true);
    });
  });

  describe('a worker in the middle of a job', () => {
    it('loses nothing when it is killed: another one captions the picture, on the second attempt', async () => {
      const url = pictures.url('/held.png', 'killed');
      const id = await client.submit(url);
      const others = await client.submitAll(pictures.urls(5));
      const holder = await holderOf(url);
      await holder.kill();
      pictures.release();
      await client.listed([id, ...others]);
      expect(await client.status(id)).toMatchObject({ status: 'described', attempts: 2 });
      await replace(holder);
    });

    it('loses nothing when it is frozen, and changes nothing when it wakes up and finishes too', async () => {
      const url = pictures.url('/held.png', 'frozen');
      const id = await client.submit(url);
      const holder = await holderOf(url);
      holder.freeze();
      pictures.release();
      const [description] = await client.descriptionsOf([id]);
      const described = await client.status(id);
      expect(described).toMatchObject({ status: 'described', attempts: 2 });
      holder.thaw();
      const later = await client.submitAll(pictures.urls(4));
      await client.listed(later);
      await until('the worker that was frozen has jobs again', async () => isReady(holder));
      expect(await client.status(id)).toEqual(described);
      expect(await readFile(join(system.dataDirectory, `${id}.txt`), 'utf8')).toBe(description);
      expect((await client.finishedIds()).filter((each) => each === id)).toEqual([id]);
    });

    it('finishes what it has in hand on SIGTERM, takes no more, and ends', async () => {
      const urls = pictures.urls(4, '/held.png');
      const ids = await client.submitAll(urls);
      await until('workers have all jobs', () => urls.every((url) => pictures.requestsOf(url) > 0));
      const holder = await holderOf(urls[0]!);
      const stopped = holder.stop();
      await until('it takes no more', async () => !(await isReady(holder)));
      pictures.release();
      await stopped;
      await client.listed(ids);
      for (const url of urls) expect(pictures.requestsOf(url)).toBe(1);
      expect((await client.statuses(ids)).map(({ attempts }) => attempts)).toEqual(ids.map(() => 1));
      await replace(holder);
    });

    it('that kills its worker each time harms no other, and is dead after five attempts', async () => {
      const poison = pictures.url('/held.png', 'poison');
      const id = await client.submit(poison);
      const others = await client.submitAll(pictures.urls(8));
      for (let attempt = 1; attempt <= 5; attempt += 1) {
        await until(`attempt ${attempt}`, () => pictures.requestsOf(poison) === attempt);
        const holder = await holderOf(poison);
        await holder.kill();
        await replace(holder);
      }
      const status = await client.failed(id);
      expect(status).toMatchObject({ attempts: 5, failure: { code: 'attempts-exhausted' } });
      await client.listed(others);
      expect(pictures.requestsOf(poison)).toBe(5);

      pictures.release();
      const letter = (await client.get('/dlq')).json.letters.find(({ imageId }) => imageId === id);
      expect((await client.callAsOperator('POST', `/dlq/${letter?.id}/redeliver`)).status).toBe(200);
      await client.listed([id]);
    }, 300_000);
  });

  describe('a worker whose data directory is not the mounted one', () => {
    it('fails no upload: it is not ready, and the picture waits at no cost for one that has it', async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      const empty = await mkdtemp(join(tmpdir(), 'ekphrasis-unmounted-'));
      const astray = await system.startWorker({ DATA_DIR: empty });
      const id = await client.upload(await drawAs('png'));
      await until('it says what is wrong', async () => {
        const { status, body } = await readinessOf(astray);
        return status === 503 && body.includes(`no marker .ekphrasis-storage in the data directory ${empty}`);
      });
      await astray.stop();
      expect((await readdir(empty)).filter((name) => name !== '.partial')).toEqual([]);
      await startTwo();
      await client.descriptionsOf([id]);
      expect(await client.status(id)).toMatchObject({ status: 'described', attempts: 1 });
      await rm(empty, { recursive: true });
    });
  });

  describe('a worker without FETCH_ALLOWED_NETWORKS', () => {
    it('connects to no private address', async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      const strict = await system.startWorker({ FETCH_ALLOWED_NETWORKS: '' });
      const connections = pictures.server.connections;
      const ids = await client.submitAll([
        pictures.url('/picture.png', 'private'),
        pictures.url('/picture.png', 'by-name').replace('127.0.0.1', 'localhost'),
        pictures.url('/picture.png', 'mapped').replace('127.0.0.1', '[::ffff:127.0.0.1]'),
        pictures.url('/picture.png', 'zero').replace('127.0.0.1', '0.0.0.0'),
        pictures.url('/picture.png', 'decimal').replace('127.0.0.1', '2130706433'),
      ]);
      for (const id of ids) expect((await client.failed(id)).failure?.code).toBe('address-forbidden');
      expect(pictures.server.connections).toBe(connections);
      await strict.stop();
      await startTwo();
    });
  });
});

async function readinessOf(application: RunningApplication): Promise<{ status: number; body: string }> {
  const response = await fetch(`${application.url}/health/ready`, { signal: AbortSignal.timeout(2_000) });
  return { status: response.status, body: await response.text() };
}

async function isReady(application: RunningApplication): Promise<boolean> {
  return (await readinessOf(application)).status === 200;
}

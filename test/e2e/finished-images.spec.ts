import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaptioningClient } from '../support/captioning-client.js';
import { PictureHost } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { retryCaptionsSoon, startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

const descriptionFile = /^\d+\.txt$/;

/** Real: API, caption workers with the shipped model, broker, database, files, which are deleted. */
describeWithFaults('images that have ended', () => {
  let system: SharedSystem;
  let client: CaptioningClient;
  let pictures: PictureHost;

  beforeAll(async () => {
    pictures = await PictureHost.start();
    system = await startSystem({ name: 'finished-images' });
    ({ client } = system);
    await retryCaptionsSoon(system);
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await pictures?.stop();
  }, 300_000);
  beforeEach(() => pictures.hold());

  describe('no listing of directories (test_no_listdir)', () => {
    it('writes each caption, alone and in UTF-8, to the file of its image', async () => {
      const ids = await client.submitAll(pictures.urls(3));
      const descriptions = await client.descriptionsOf(ids);
      const files = await Promise.all(ids.map((id) => readFile(join(system.dataDirectory, `${id}.txt`))));
      expect(files.map((bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes))).toEqual(descriptions);
    });

    it('answers the same when every file is deleted, and when the directory is gone', async () => {
      const ids = await client.submitAll(pictures.urls(3));
      await client.listed(ids);
      const answers = async () => ({
        list: (await client.get('/images')).text,
        descriptions: await Promise.all(ids.map(async (id) => (await client.get(`/images/${id}`)).text)),
      });
      const before = await answers();
      const written = (await readdir(system.dataDirectory)).filter((name) => descriptionFile.test(name));
      expect(written).toEqual(expect.arrayContaining(ids.map((id) => `${id}.txt`)));
      for (const name of written) await rm(join(system.dataDirectory, name));
      expect(await answers()).toEqual(before);
      const away = `${system.dataDirectory}-away`;
      await rename(system.dataDirectory, away);
      try {
        expect(await answers()).toEqual(before);
      } finally {
        await rm(system.dataDirectory, { recursive: true, force: true });
        await rename(away, system.dataDirectory);
      }
      const later = await client.submit(pictures.url('/picture.png', 'later'));
      await client.listed([later]);
    });
  });

  describe('dead letters', () => {
    it('holds a job that failed on each of five attempts, until it is sent again', async () => {
      pictures.fail();
      const url = pictures.url('/unwell.png', 'dead');
      const id = await client.submit(url);
      const status = await client.failed(id);
      expect(status).toMatchObject({ attempts: 5, failure: { code: 'http-server-error' } });
      expect(pictures.requestsOf(url)).toBe(5);

      const listed = async () =>
        (await client.get('/dlq?limit=1000')).json.letters.filter((each) => each.imageId === id);
      const [letter] = await listed();
      expect(letter).toMatchObject({ queue: 'caption.jobs.dead', code: 'http-server-error', attempts: 5 });

      pictures.recover();
      const answer = await client.callAsOperator('POST', `/dlq/${letter!.id}/redeliver`);
      expect(answer).toMatchObject({ status: 200, json: { image_id: id } });
      await client.descriptionsOf([id]);
      expect(await client.status(id)).toMatchObject({ status: 'described', attempts: 1, failure: null });
      expect(await listed()).toEqual([]);
      expect(await client.callAsOperator('POST', `/dlq/${letter!.id}/redeliver`)).toMatchObject({ status: 404 });
    });
  });

  describe('failed images', () => {
    it('are tried again when a client asks, or all of one reason when the operator does', async () => {
      pictures.fail();
      const [first, second, third] = await client.submitAll(
        ['a', 'b', 'c'].map((name) => pictures.url('/unwell.png', `again-${name}`)),
      );
      for (const id of [first!, second!, third!]) await client.failed(id);
      pictures.recover();
      expect(await client.call('POST', `/images/${first}/retry`)).toMatchObject({
        status: 202,
        json: { image_id: first },
      });
      await client.descriptionsOf([first!]);
      expect(await client.status(first!)).toMatchObject({ status: 'described', attempts: 1, failure: null });
      expect(await client.call('POST', `/images/${first}/retry`)).toMatchObject({
        status: 409,
        json: { code: 'image-not-failed' },
      });
      expect(await client.call('POST', '/images/9007199254740991/retry')).toMatchObject({ status: 404 });

      const all = JSON.stringify({ code: 'http-server-error' });
      const json = { 'content-type': 'application/json' };
      expect(await client.call('POST', '/images/retry', all, json)).toMatchObject({ status: 401 });
      const answer = await client.callAsOperator('POST', '/images/retry', all, json);
      expect(answer).toMatchObject({ status: 202, json: { retried: expect.any(Number) } });
      await client.descriptionsOf([second!, third!]);
      const letters = (await client.get('/dlq?limit=1000')).json.letters;
      expect(letters.filter(({ imageId }) => [first, second, third].includes(imageId ?? undefined))).toEqual([]);
      expect(await client.callAsOperator('POST', '/images/retry', '{}', json)).toMatchObject({ status: 400 });
    });
  });

  describe('a deleted image', () => {
    it('is gone from every answer, every list and the storage, and its picture may come again', async () => {
      const other = await system.startApi();
      const url = pictures.url('/picture.png', 'deleted');
      const id = await client.submit(url, { 'idempotency-key': 'deleted' });
      await client.descriptionsOf([id]);
      const lists = async () =>
        Promise.all([client.url, other.url].map(async (api) => (await fetch(`${api}/images`)).text()));
      const listing = new RegExp(`[[,]${id}[,\\]]`);
      await until('both replicas list it', async () => (await lists()).every((list) => listing.test(list)));
      expect(await client.call('DELETE', `/images/${id}`)).toMatchObject({ status: 204, text: '' });
      await until('neither lists it', async () => (await lists()).every((list) => !listing.test(list)));
      for (const path of ['', '/status']) expect((await client.get(`/images/${id}${path}`)).status).toBe(404);
      expect(await client.call('DELETE', `/images/${id}`)).toMatchObject({ status: 404 });
      const files = [
        ...(await readdir(system.dataDirectory)),
        ...(await readdir(join(system.dataDirectory, 'results'))),
      ];
      expect(files.filter((name) => name.startsWith(`${id}.`) || name.startsWith(`${id}-`))).toEqual([]);
      const again = await client.submit(url, { 'idempotency-key': 'deleted' });
      expect(again).not.toBe(id);
      await client.descriptionsOf([again]);
      await other.stop();
    });

    it('may be on its way: what its worker makes of it changes nothing', async () => {
      const url = pictures.url('/held.png', 'deleted-on-its-way');
      const id = await client.submit(url);
      await until('a worker has the job', () => pictures.requestsOf(url) > 0);
      expect(await client.call('DELETE', `/images/${id}`)).toMatchObject({ status: 204 });
      pictures.release();
      await client.listed([await client.submit(pictures.url('/picture.png', 'after-the-deleted'))]);
      await until('its file is there, for the sweep', async () =>
        (await readdir(system.dataDirectory)).includes(`${id}.txt`),
      );
      expect(await client.finishedIds()).not.toContain(id);
      expect((await client.get(`/images/${id}/status`)).status).toBe(404);
    });
  });
});

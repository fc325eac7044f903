import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NameServer } from '../../libs/fetching/test/name-server.js';
import { PictureServer } from '../../libs/fetching/test/picture-server.js';
import type { CaptioningClient } from '../support/captioning-client.js';
import { draw, PictureHost } from '../support/picture-host.js';
import { describeWithFaults } from '../support/product.js';
import { startSystem, type SharedSystem } from '../support/running-system.js';
import { until } from '../support/until.js';

const logs = join(__dirname, '../../.run/logs');

/** Real: API, one caption worker with the shipped model, broker, database, files; a DNS server, and picture servers that keep people waiting. */
describeWithFaults('hosts of strangers', () => {
  let system: SharedSystem;
  let client: CaptioningClient;
  let names: NameServer;
  let pictures: PictureHost;

  beforeAll(async () => {
    names = await NameServer.start();
    pictures = await PictureHost.start();
    system = await startSystem({
      name: 'strangers-hosts',
      workers: 1,
      environment: { FETCH_NAME_SERVERS: names.address },
    });
    ({ client } = system);
  }, 300_000);
  afterAll(async () => {
    await system?.stop();
    await pictures?.stop();
    await names?.stop();
  }, 300_000);

  it('that never answer 64 jobs do not keep a worker from a good picture', async () => {
    const asked: string[] = [];
    const silent = await PictureServer.start(({ url }) => void asked.push(url ?? ''));
    const silentOnes = await client.submitAll(Array.from({ length: 64 }, (_, index) => silent.url(`/${index}`)));
    await until('it is asked', () => asked.length > 0);
    const good = await client.submit(pictures.url('/picture.png', 'beside-silence'));
    await client.listed([good]);
    // it was described while they still waited: none has had its time
    const ended = (await client.statuses(silentOnes)).filter(({ status }) => status === 'failed');
    expect(ended).toEqual([]);
    await silent.stop();
  });

  it('whose names are never resolved fail no other’s picture', async () => {
    const silent = Array.from({ length: 40 }, (_, index) => `silent-${index}.example`);
    for (const name of silent) names.answer(name, 'silence');
    await client.submitAll(silent.map((name) => `http://${name}/a.png`));
    names.answer('good.example', ['127.0.0.1']);
    const good = Array.from({ length: 5 }, (_, index) =>
      pictures.url('/picture.png', `named-${index}`).replace('127.0.0.1', 'good.example'),
    );
    const ids = await client.submitAll(good);
    await client.listed(ids);
    for (const status of await client.statuses(ids)) expect(status).toMatchObject({ status: 'described', attempts: 1 });
  });

  it('that ask for time are given it, and it costs no attempt', async () => {
    const asked: number[] = [];
    const picture = await draw();
    const tired = await PictureServer.start((_, response) => {
      asked.push(Date.now());
      if (asked.length === 1) response.writeHead(429, { 'retry-after': '3' }).end();
      else response.end(picture);
    });
    const id = await client.submit(tired.url('/a.png'));
    await client.listed([id]);
    expect(asked).toHaveLength(2);
    expect(asked[1]! - asked[0]!).toBeGreaterThanOrEqual(3_000);
    expect(await client.status(id)).toMatchObject({ status: 'described', attempts: 1 });
    await tired.stop();
  });

  it('have the queries of their URLs in no log', async () => {
    const id = await client.submit(pictures.url('/nothing-here.png', 'X-Amz-Signature=hunter2'));
    await client.failed(id);
    await client.get('/images/1/status?token=hunter2');
    const files = (await readdir(logs)).filter((name) => name.startsWith('e2e-strangers-hosts-'));
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(await readFile(join(logs, file), 'utf8')).not.toContain('hunter2');
  });
});

import { request } from 'undici';
import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from './figure.js';
import { post } from './load.js';
import { residentMegabytes } from './process-memory.js';
import type { RegistryMemory, RegistryMemoryOptions } from './registry-memory.task.js';
import { findFreePort } from '../../support/setup-scripts.js';
import type { BenchDatabase } from './bench-database.js';
import type { BenchApi, Stage } from './stage.js';
import { median } from '../statistics.js';
import { runTask } from './task.js';

const images = 1_000_000;
const bootTimeLimit = { atMost: 3 };

/** A million finished images: the registry's memory, the boot, the list, and what they do to accepting another. */
export async function benchRegistry(stage: Stage, seconds: number): Promise<Figure[]> {
  const database = await stage.createDatabase();
  await database.seedDescribed(images);
  const memory = await benchMemory();
  const { api, figures } = await benchBoot(stage, database);
  return [...memory, ...figures, ...(await benchList(api.url)), ...(await benchAccepting(stage, api, seconds))];
}

async function benchMemory(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [words, step] of [
    ['ids without gaps', 1],
    ['one id of ten', 10],
  ] as const) {
    const { bytesPerId } = await runTask<RegistryMemoryOptions, RegistryMemory>(
      'registry-memory.task',
      { ids: images, step },
      ['--expose-gc'],
    );
    const target = { atMost: 16 };
    figures.push({ part: 'registry', name: `memory for an id, ${words}`, value: bytesPerId, unit: 'B', target });
  }
  return figures;
}

/** Three boots, each timed from the start of the process. */
async function benchBoot(stage: Stage, database: BenchDatabase) {
  const loaded: number[] = [];
  const ready: number[] = [];
  let api = await bootOnce();
  for (let boot = 0; boot < 2; boot += 1) {
    await stage.stopApplications();
    api = await bootOnce();
  }
  const figures: Figure[] = [
    {
      part: 'registry',
      name: 'boot with a million, until all ids are known',
      value: median(loaded),
      unit: 's',
      target: bootTimeLimit,
    },
    {
      part: 'registry',
      name: 'boot with a million, until /health/ready',
      value: median(ready),
      unit: 's',
      target: bootTimeLimit,
    },
  ];
  return { api, figures };

  async function bootOnce(): Promise<BenchApi> {
    const port = await findFreePort();
    const startedAt = performance.now();
    const secondsSince = (): number => (performance.now() - startedAt) / 1000;
    let known: number | undefined;
    const starting = stage.startApi(database, {
      port,
      onLine: (line) => {
        if (line.includes(`${images} finished ids are known`)) known ??= secondsSince();
      },
    });
    while (!(await isReady(`http://127.0.0.1:${port}/health/ready`))) await pause(10);
    ready.push(secondsSince());
    const started = await starting;
    loaded.push(known ?? NaN);
    return started;
  }
}

async function isReady(url: string): Promise<boolean> {
  return request(url).then(
    async ({ statusCode, body }) => {
      await body.dump();
      return statusCode === 200;
    },
    () => false,
  );
}

async function benchList(url: string): Promise<Figure[]> {
  const firstBytes: number[] = [];
  const totals: number[] = [];
  const grown: number[] = [];
  let size = 0;
  for (let round = 0; round < 5; round += 1) {
    const before = await residentMegabytes(url);
    const startedAt = performance.now();
    const { body } = await request(`${url}/images`);
    let first: number | undefined;
    size = 0;
    for await (const chunk of body) {
      first ??= performance.now() - startedAt;
      size += (chunk as Buffer).length;
    }
    firstBytes.push(first ?? NaN);
    totals.push(performance.now() - startedAt);
    grown.push((await residentMegabytes(url)) - before);
  }
  const figure = (name: string, value: number, unit: string): Figure => ({
    part: 'registry',
    name: `GET /images with a million, ${name}`,
    value,
    unit,
  });
  return [
    figure('first byte', median(firstBytes), 'ms'),
    figure('whole', median(totals), 'ms'),
    figure('size of the answer', size / 1e6, 'MB'),
    figure('memory grown by the first', grown[0] ?? NaN, 'MB'),
    figure('memory grown by one, median', median(grown), 'MB'),
  ];
}

/** The same load on an API whose tables are empty and on the one that holds a million images, in turns. */
async function benchAccepting(stage: Stage, full: BenchApi, seconds: number): Promise<Figure[]> {
  const empty = await stage.startApi();
  const figures: Figure[] = [];
  for (const api of [empty, full]) await post(api.url, 64, 2);
  for (const connections of [1, 64]) {
    const ratios: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const times = new Map<BenchApi, number>();
      for (const api of round % 2 === 0 ? [empty, full] : [full, empty]) {
        times.set(api, (await post(api.url, connections, seconds)).p50);
        await api.database.outboxEmptied();
        await stage.emptyQueues();
      }
      ratios.push((times.get(full) ?? NaN) / (times.get(empty) ?? NaN));
    }
    figures.push({
      part: 'registry',
      name: `time to accept at a million rows, against none, ${connections} connections`,
      value: median(ratios),
      unit: '×',
      target: { atMost: 1.1 },
    });
  }
  return figures;
}

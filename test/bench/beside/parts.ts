import { post } from '../api/load.js';
import { quantile } from '../statistics.js';
import type { PictureHost } from '../../support/picture-host.js';
import type { RunningVersion } from './running-version.js';

export interface Measured {
  name: string;
  value: number;
  unit: string;
  /** Of times; of rates more is better. */
  isLessBetter: boolean;
}

/** One thing that both versions do. */
export interface Part {
  prepare?(versions: RunningVersion[]): Promise<void>;
  /** One turn of one version: always the same figures in the same order. */
  measure(version: RunningVersion, pictures: PictureHost): Promise<Measured[]>;
}

const connections = 64;
const seconds = 4;
const picturesAtOnce = 400;
const picturesAlone = 40;

const rate = (name: string, value: number): Measured => ({ name, value, unit: '1/s', isLessBetter: false });
const time = (name: string, value: number, unit: 'ms' | 'µs'): Measured => ({ name, value, unit, isLessBetter: true });

/** `POST /images` as fast as it is answered, no worker running. */
const accepting: Part = {
  async measure(version) {
    const before = version.processorSeconds('api');
    const { perSecond, p99, count } = await post(version.api.url, connections, seconds);
    await version.relayed();
    const spent = version.processorSeconds('api') - before;
    await version.purgeJobs();
    const name = `POST /images, ${connections} connections`;
    return [
      rate(name, perSecond),
      time(`${name}, p99`, p99, 'ms'),
      time(`${name}, the API's processor time, relay with it`, (spent / count) * 1e6, 'µs'),
    ];
  },
};

/** Pictures through one worker with the shipped model, from a full queue until all are listed. */
const describing: Part = {
  prepare: async (versions) => {
    for (const version of versions) await version.startWorker();
  },
  async measure(version, pictures) {
    const before = { api: version.processorSeconds('api'), worker: version.processorSeconds('worker') };
    const startedAt = performance.now();
    const ids = await version.client.submitAll(pictures.urls(picturesAtOnce));
    await version.client.listed(ids);
    const taken = (performance.now() - startedAt) / 1000;
    const spent = (kind: 'api' | 'worker'): number =>
      ((version.processorSeconds(kind) - before[kind]) / picturesAtOnce) * 1000;
    return [
      rate(`${picturesAtOnce} pictures at once, one worker`, picturesAtOnce / taken),
      time("a picture's processor time, worker", spent('worker'), 'ms'),
      time("a picture's processor time, API", spent('api'), 'ms'),
    ];
  },
};

/** One picture at a time, from the answer of POST until its description can be read. */
const alone: Part = {
  prepare: describing.prepare,
  async measure(version, pictures) {
    const latencies: number[] = [];
    for (const url of pictures.urls(picturesAlone)) {
      const id = await version.client.submit(url);
      const startedAt = performance.now();
      while ((await version.client.get(`/images/${id}`)).status !== 200);
      latencies.push(performance.now() - startedAt);
    }
    return [time('one picture at a time, until it can be read', quantile(latencies, 0.5), 'ms')];
  },
};

export const parts: Readonly<Record<string, Part>> = { accepting, describing, alone };

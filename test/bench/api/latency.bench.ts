import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import type { Figure } from './figure.js';
import { pictureUrl } from './load.js';
import type { Stage } from './stage.js';
import { quantile } from '../statistics.js';

const pictures = 200;
const warmUpPictures = 20;
/** Between pictures, so that each finds an idle system. */
const restMs = 20;

/** From the answer of `POST /images` to the first answer that holds the description; model and download take no time. */
export async function benchLatency(stage: Stage): Promise<Figure[]> {
  const api = await stage.startApi();
  await stage.startNullWorker(api.database);
  const latencies: number[] = [];
  for (let picture = 0; picture < warmUpPictures + pictures; picture += 1) {
    latencies.push(await describeOne(api.url));
    await pause(restMs);
  }
  const counted = latencies.slice(warmUpPictures);
  const figure = (name: string, fraction: number): Figure => ({
    part: 'latency',
    name: `POST answered until the description can be read, ${name}`,
    value: quantile(counted, fraction),
    unit: 'ms',
  });
  return [{ ...figure('median', 0.5), target: { atMost: 25 } }, figure('p99', 0.99)];
}

async function describeOne(url: string): Promise<number> {
  const posted = await request(`${url}/images`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ image_url: pictureUrl }),
  });
  const { image_id } = (await posted.body.json()) as { image_id: number };
  const answeredAt = performance.now();
  for (;;) {
    const { statusCode, body } = await request(`${url}/images/${image_id}`);
    await body.dump();
    if (statusCode === 200) return performance.now() - answeredAt;
  }
}

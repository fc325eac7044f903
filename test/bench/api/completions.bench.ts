import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from './figure.js';
import { finishedIds } from './finished-ids.js';
import type { Stage } from './stage.js';
import { median } from '../statistics.js';

const jobs = 20_000;
const rounds = 3;
const pollMs = 100;
const patienceMs = 120_000;

/** Jobs that wait in the broker, through a worker that captions in no time, until `GET /images` names them. */
export async function benchCompletions(stage: Stage): Promise<Figure[]> {
  const perSecond: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const api = await stage.startApi();
    await api.database.seedJobs(jobs);
    await api.database.outboxEmptied();
    const worker = await stage.startNullWorker(api.database, { CAPTION_BATCH_SIZE: '64' });
    perSecond.push(await finish(api.url));
    await worker.stop();
    await stage.stopApplications();
  }
  return [
    {
      part: 'completions',
      name: 'finished images, from the queue to GET /images',
      value: median(perSecond),
      unit: '1/s',
      target: { atLeast: 2_000 },
    },
  ];
}

/** @returns images per second, from the first look that finds some to the one that finds all */
async function finish(url: string): Promise<number> {
  const deadline = performance.now() + patienceMs;
  let earlier = 0;
  let startedAt = 0;
  for (;;) {
    const count = (await finishedIds(url)).length;
    const now = performance.now();
    if (startedAt === 0 && count > 0) [earlier, startedAt] = [count, now];
    if (count >= jobs) return (count - earlier) / ((now - startedAt) / 1000);
    if (now > deadline) throw new Error(`only ${count} of ${jobs} images were finished`);
    await pause(pollMs);
  }
}

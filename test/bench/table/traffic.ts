import { AcceptedImagesRepository } from '@ekphrasis/images';
import {
  ImageLifecycleRepository,
  type ChangedImages,
} from '../../../apps/api/src/images/lifecycle/image-lifecycle.repository.js';
import type { FilledTable } from './filled-table.js';
import { timed } from './timed.js';

const batch = 500;

/** Milliseconds of each statement. */
export interface TrafficTimes {
  accept: number[];
  start: number[];
  describe: number[];
}

/**
 * Images that are accepted, all of them, and then taken up and described, 500 a statement: a backlog that workers come to. What
 * changed leaves dead rows, and dead entries in the indexes.
 */
export async function runTraffic(table: FilledTable, images: number): Promise<TrafficTimes> {
  const accepting = new AcceptedImagesRepository(table.database);
  const lifecycle = new ImageLifecycleRepository(table.database);
  const times: TrafficTimes = { accept: [], start: [], describe: [] };
  const batches: number[][] = [];
  for (let accepted = 0; accepted < images; accepted += batch) {
    const ids = await newIds(table);
    batches.push(ids);
    const accept = () => accepting.accept(ids.map((id) => ({ id, nonce: `${id}`, url: urlOf(id), job: '{}' })));
    times.accept.push((await timed(accept)).milliseconds);
  }
  await table.query('TRUNCATE outbox'); // as if all had been relayed
  for (const ids of batches) {
    const at = new Date().toISOString();
    const reports = ids.map((imageId) => ({ imageId, nonce: `${imageId}`, attempt: 1, startedAt: at }));
    const described = { description: 'a blue square above a cat', confidence: 0.9, model: 'model', completedAt: at };
    times.start.push(await changing(() => lifecycle.start(reports)));
    const completed = reports.map((report) => ({ ...report, ...described }));
    times.describe.push(await changing(() => lifecycle.describe(completed)));
  }
  return times;
}

/** @throws Error where it does not change all of them */
async function changing(work: () => Promise<ChangedImages>): Promise<number> {
  const { milliseconds, result } = await timed(work);
  if (result.ids.length !== batch) throw new Error(`${result.ids.length} of ${batch} images were changed`);
  return milliseconds;
}

async function newIds(table: FilledTable): Promise<number[]> {
  const rows = await table.query<{ id: string }>(
    `SELECT nextval(pg_get_serial_sequence('images', 'id')) AS id FROM generate_series(1, ${batch})`,
  );
  return rows.map(({ id }) => Number(id));
}

function urlOf(id: number): string {
  return `https://pictures.example.org/albums/2026/holiday/${id}.jpeg`;
}

import type { OutboxRelay } from '@ekphrasis/outbox';
import type { Database } from '@ekphrasis/persistence';
import { DeadLettersRepository } from '../../../apps/api/src/dead-letters/dead-letters.repository.js';
import { ImageStatusRepository } from '@ekphrasis/images';
import { UnfinishedImagesRepository } from '../../../apps/api/src/backlog/unfinished-images.repository.js';
import { DescribedIdsRepository } from '../../../apps/api/src/images/finished-ids/described-ids.repository.js';
import { ImageLifecycleRepository } from '../../../apps/api/src/images/lifecycle/image-lifecycle.repository.js';
import { ProcessedIdsRegistry } from '../../../apps/api/src/images/finished-ids/processed-ids-registry.js';
import { OrphansRepository } from '../../../apps/api/src/orphans/orphans.repository.js';
import { RemovalRepository } from '../../../apps/api/src/removal/removal.repository.js';
import { RetriesRepository } from '../../../apps/api/src/retries/retries.repository.js';
import { Retries } from '../../../apps/api/src/retries/retries.service.js';
import { describedShare, type FilledTable } from './filled-table.js';

/** What the API does with its table, as it does it. */
export interface Measurement {
  name: string;
  /** How often; the figure is the median. */
  times: number;
  /** Whether it takes longer the more rows there are, by its nature: it reads, or writes, all of them. */
  readsAll?: boolean;
  /** @param rows how many the table was filled with @returns how much it was */
  run: (table: FilledTable, round: number, rows: number) => Promise<number>;
  /** How much it must be at the least, lest less is measured. */
  amount: (rows: number) => number;
}

const hourMs = 3_600_000;
const none = (): number => 0;

/** On the table as a vacuum leaves it. */
export const ofVacuumed: Measurement[] = [
  {
    name: 'load the list of finished ids',
    times: 3,
    readsAll: true,
    run: async ({ database }) => {
      const registry = new ProcessedIdsRegistry();
      await registry.load(new DescribedIdsRepository(database).describedIds());
      return registry.size;
    },
    amount: (rows) => rows * describedShare,
  },
  {
    name: 'status of 200 images',
    times: 20,
    run: async ({ database }, round, rows) => {
      const ids = scattered(200, round, rows);
      const unknown = ids.map(() => undefined);
      return (await new ImageStatusRepository(database).findChanged(ids, unknown)).changed.length;
    },
    amount: () => 200,
  },
  {
    name: 'compare a page of 50,000 ids',
    times: 10,
    run: async ({ database }, round, rows) =>
      (await new DescribedIdsRepository(database).describedAfter(Math.floor((rows * round) / 20))).ids.length,
    amount: () => 50_000,
  },
  {
    name: 'find the images of 1,000 files',
    times: 20,
    run: async ({ database }, round, rows) =>
      (await new OrphansRepository(database).find(scattered(1_000, round, rows))).size,
    amount: () => 1_000,
  },
];

/** After as much traffic as there may be before autovacuum comes: each must find its way past what is dead. */
export const ofUsed: Measurement[] = [
  {
    name: 'compare the newest 20,000 ids',
    times: 10,
    run: async ({ database }) => (await new DescribedIdsRepository(database).newestDescribed()).ids.length,
    amount: () => 20_000,
  },
  {
    name: 'oldest unfinished image',
    times: 20,
    run: ({ database }) => new UnfinishedImagesRepository(database).longestWaitSeconds(),
    amount: none,
  },
  {
    name: 'look for lost jobs',
    times: 20,
    run: ({ database }) => new ImageLifecycleRepository(database).requeueLost(new Date(Date.now() - hourMs), 1_000),
    amount: none,
  },
  {
    name: 'try 500 failed images again',
    times: 4,
    run: ({ database }) => retriesOf(database).retryAll('host-unavailable', 500),
    amount: () => 500,
  },
  {
    name: 'remove 1,000 old images',
    times: 40,
    run: removeNextPage(),
    amount: () => 1_000,
  },
];

/** Each page begins where the one before it ended. */
function removeNextPage(): Measurement['run'] {
  let from = new Date(0);
  return async ({ database }, round) => {
    if (round === 0) from = new Date(0);
    const removed = await new RemovalRepository(database).removeFinished(1, from, 1_000);
    from = removed.at(-1)?.finishedAt ?? from;
    return removed.length;
  };
}

/** Ids from all over the table, others each round. */
function scattered(count: number, round: number, rows: number): number[] {
  const step = Math.floor(rows / count);
  return Array.from({ length: count }, (_, index) => 1 + index * step + ((round * 37) % step));
}

function retriesOf(database: Database): Retries {
  const letters = new DeadLettersRepository(database);
  const relay = { wake: () => undefined } as Partial<OutboxRelay> as OutboxRelay;
  return new Retries(database, new RetriesRepository(database), new ImageLifecycleRepository(database), letters, relay);
}

import type { OutboxRelay } from '@ekphrasis/outbox';
import type { Database } from '@ekphrasis/persistence';
import { DeadLettersRepository } from '../../../apps/api/src/dead-letters/dead-letters.repository.js';
import { ImagesRepository } from '../../../apps/api/src/images/images.repository.js';
import { ImageLifecycleRepository } from '../../../apps/api/src/images/lifecycle/image-lifecycle.repository.js';
import { ProcessedIdsRegistry } from '../../../apps/api/src/images/processed-ids-registry.js';
import { OrphansRepository } from '../../../apps/api/src/orphans/orphans.repository.js';
import { RemovalRepository } from '../../../apps/api/src/removal/removal.repository.js';
import { RetriesRepository } from '../../../apps/api/src/retries/retries.repository.js';
import { Retries } from '../../../apps/api/src/retries/retries.service.js';
import type { FilledTable } from './filled-table.js';

/** What the API does with its table, as it does it. */
export interface Measurement {
  name: string;
  /** How often; the figure is the median. */
  times: number;
  /** Whether it takes longer the more rows there are, by its nature: it reads, or writes, all of them. */
  readsAll?: boolean;
  /** @param rows how many the table was filled with */
  run: (table: FilledTable, round: number, rows: number) => Promise<unknown>;
}

const hourMs = 3_600_000;

/** On the table as a vacuum leaves it. */
export const ofVacuumed: Measurement[] = [
  {
    name: 'load the list of finished ids',
    times: 3,
    readsAll: true,
    run: ({ database }) => new ProcessedIdsRegistry().load(new ImagesRepository(database).describedIds()),
  },
  {
    name: 'status of 200 images',
    times: 20,
    run: ({ database }, round, rows) => new ImagesRepository(database).find(scattered(200, round, rows)),
  },
  {
    name: 'compare a page of 50,000 ids',
    times: 10,
    run: ({ database }, round, rows) => new ImagesRepository(database).describedAfter(Math.floor((rows * round) / 20)),
  },
  {
    name: 'look for the images of 1,000 objects',
    times: 20,
    run: ({ database }, round, rows) => new OrphansRepository(database).find(scattered(1_000, round, rows)),
  },
];

/** After as much traffic as there may be before autovacuum comes: each must find its way past what is dead. */
export const ofUsed: Measurement[] = [
  {
    name: 'compare the newest 20,000 ids',
    times: 10,
    run: ({ database }) => new ImagesRepository(database).newestDescribed(),
  },
  {
    name: 'oldest unfinished image',
    times: 20,
    run: ({ database }) => new ImagesRepository(database).longestWaitSeconds(),
  },
  {
    name: 'look for lost jobs',
    times: 20,
    run: ({ database }) => new ImageLifecycleRepository(database).requeueLost(new Date(Date.now() - hourMs), 1_000),
  },
  {
    name: 'try 500 failed images again',
    times: 4,
    run: ({ database }) => retriesOf(database).retryAll('host-unavailable', 500),
  },
  {
    name: 'remove 1,000 old images',
    times: 40,
    run: ({ database }) => new RemovalRepository(database).removeFinished(1, new Date(0), 1_000),
  },
];

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

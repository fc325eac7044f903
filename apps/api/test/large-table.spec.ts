import { sql } from 'kysely';
import type { OutboxRelay } from '@ekphrasis/outbox';
import { ReportedImagesRepository } from '../src/completions/reported-images.repository.js';
import { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { AcceptedImagesRepository, ImageStatusRepository } from '@ekphrasis/images';
import { UnfinishedImagesRepository } from '../src/backlog/unfinished-images.repository.js';
import { DescribedIdsRepository } from '../src/images/finished-ids/described-ids.repository.js';
import { GalleryRepository } from '../src/gallery/gallery.repository.js';
import { ImageLifecycleRepository } from '../src/images/lifecycle/image-lifecycle.repository.js';
import { OrphansRepository } from '../src/orphans/orphans.repository.js';
import { RemovalRepository } from '../src/removal/removal.repository.js';
import { RetriesRepository } from '../src/retries/retries.repository.js';
import { Retries } from '../src/retries/retries.service.js';
import { SearchRepository } from '../src/search/search.repository.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';
import { conditionsOn, statementsOf, tablesReadWhole } from './query-plans.js';

const rows = 40_000;

/** Real: the database. What must not take longer the more images there are; `npm run bench:table` measures it. */
describe('a table of many images (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let images: ImageStatusRepository;
  let lifecycle: ImageLifecycleRepository;
  let retries: Retries;
  let removal: RemovalRepository;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    const { database } = opened;
    images = new ImageStatusRepository(database);
    lifecycle = new ImageLifecycleRepository(database);
    const relay = { wake: () => undefined } as Partial<OutboxRelay> as OutboxRelay;
    const letters = new DeadLettersRepository(database);
    retries = new Retries(database, new RetriesRepository(database), lifecycle, letters, relay);
    removal = new RemovalRepository(database);
    // what is dead stays, as between two vacuums
    await sql`ALTER TABLE images SET (autovacuum_enabled = off)`.execute(database);
    await sql`
      INSERT INTO images (id, url, status, description, failure_code, queued_at, finished_at)
      SELECT id, 'https://example.org/a.png', CASE WHEN id % 4 > 0 THEN 'described' ELSE 'failed' END,
        CASE WHEN id % 4 > 0 THEN 'a red circle on a white background' END, 
        CASE WHEN id % 4 = 0 THEN CASE WHEN id > 30000 THEN 'late' ELSE 'away' END END, at, at
      FROM (SELECT id, now() - interval '9 days' + id * interval '1 second' AS at
        FROM generate_series(1, ${rows}::bigint) AS id) AS seeded`.execute(database);
    await sql`VACUUM ANALYZE images`.execute(database);
  });
  afterAll(() => opened?.close());

  const newImages = (...ids: number[]) => ids.map((id) => ({ id, nonce: 'n', url: 'https://a.org/', job: '{}' }));
  const searched = (query: object, client?: string) =>
    new SearchRepository(opened.database).find({ after: 0, limit: 100, ...query }, client);
  const gallery = (query: object) => new GalleryRepository(opened.database).find({ limit: 25, ...query });
  const at = new Date().toISOString();
  const report = (imageId: number) => ({ imageId, nonce: 'n', attempt: 1, startedAt: at });
  const before = new Date(Date.now() + 60_000);

  it.each<[string, () => Promise<unknown>]>([
    ['accepts', () => new AcceptedImagesRepository(opened.database).accept(newImages(rows + 1, rows + 2))],
    ['finds a status', () => images.find(20_000)],
    ['finds which images there are', () => images.findIds([1, 20_000])],
    ['finds by tag', () => searched({ tag: 'rare' })],
    ['finds by state', () => searched({ status: 'failed' })],
    ['finds by the state of few', () => searched({ status: 'processing' })],
    ['finds by tag and state', () => searched({ tag: 'rare', status: 'described' })],
    ['finds what a client has', () => searched({}, 'a client')],
    ['shows the newest', () => gallery({})],
    ['shows an older page', () => gallery({ before: 20_000 })],
    ['shows those in a state', () => gallery({ status: 'queued' })],
    ['finds frequent words', () => gallery({ words: 'red circle' })],
    ['finds rare words', () => gallery({ words: 'spaceship' })],
    ['finds changed ones', () => images.findChanged([1, 20_000], [undefined, '1'])],
    ['reads a page of ids', () => new DescribedIdsRepository(opened.database).describedAfter(rows - 100)],
    ['finds the longest wait', () => new UnfinishedImagesRepository(opened.database).longestWaitSeconds()],
    ['records starts', () => lifecycle.start([report(4), report(8)])],
    ['records waiting jobs', () => lifecycle.keepWaiting([report(4), report(8)])],
    ['records descriptions', () => lifecycle.describe([{ ...report(4), completedAt: at, description: 'a cat' }])],
    ['records failures', () => lifecycle.fail([{ ...report(4), code: 'c', reason: 'r' }])],
    [
      'looks at what reports changed nothing of',
      () => new ReportedImagesRepository(opened.database).find([report(4)], 'failed'),
    ],
    ['looks for lost jobs', () => lifecycle.requeueLost(before, 100)],
    ['finds the images of objects', () => new OrphansRepository(opened.database).find([1, 20_000])],
    [
      'releases pictures',
      () => new OrphansRepository(opened.database).releasePictures([4, 8], { described: 1, failed: 1 }),
    ],
    ['tries failed ones again', () => retries.retryAll('away', 100)],
    ['removes old ones', () => removal.removeFinished(1, new Date(0), 100)],
  ])('is not read whole by what %s', async (_, work) => {
    const statements = await statementsOf(work);
    expect(statements).not.toEqual([]);
    expect((await tablesReadWhole(opened, statements)).filter((table) => table === 'images')).toEqual([]);
  });

  it('is read on from where a page ended by those that try images again', async () => {
    const statements = await statementsOf(() => retries.retryAll('late', 1_500));
    const conditions = await conditionsOn('images_failed', opened, statements);
    expect(conditions.map((condition) => /id > '?(\d+)/.exec(condition)?.[1])).toEqual(['0', '32000', '34000']);
  });

  it('is read on from where a page ended by those that remove images', async () => {
    const from = new Date(Date.now() - 1_000 * 86_400_000);
    const statements = await statementsOf(() => removal.removeFinished(1, from, 100));
    const [condition] = await conditionsOn('images_finished', opened, statements);
    expect(condition).toContain(`finished_at >= '${from.toISOString().slice(0, 10)}`);
  });
});

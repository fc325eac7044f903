import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import type { ImageRecorded } from '@ekphrasis/contracts';
import type { BroadcastListenerOptions, Consumers } from '@ekphrasis/messaging';
import { DatabaseLineage } from '@ekphrasis/persistence';
import { RecordedListener } from '../src/completions/recorded.listener.js';
import { RegistryComparison } from '../src/completions/registry-comparison.js';
import { DescribedIdsRepository } from '../src/images/finished-ids/described-ids.repository.js';
import { ProcessedIdsRegistry } from '../src/images/finished-ids/processed-ids-registry.js';
import { ImageProgress, type ChangedIds } from '@ekphrasis/images';
import { ReplacedDatabase } from '../../../test/support/replaced-database.js';

/** Real: the database. Broadcasts come when the test wants them to. */
describe('RegistryComparison (real: PostgreSQL)', () => {
  let replaced: ReplacedDatabase;
  let registry: ProcessedIdsRegistry;
  let listener: RecordedListener;
  let comparison: RegistryComparison;
  let broadcast: (imageId: number) => void;
  let announced: ChangedIds[];

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  afterAll(() => {
    Logger.overrideLogger(new Logger());
  });
  beforeEach(async () => {
    replaced = await ReplacedDatabase.open();
    registry = new ProcessedIdsRegistry();
    const progress = new ImageProgress();
    announced = [];
    jest.spyOn(progress, 'announce').mockImplementation((ids) => void announced.push(ids));
    const repository = new DescribedIdsRepository(replaced.database);
    const consumers = {
      broadcasts: ({ onMessage }: BroadcastListenerOptions<ImageRecorded>) => {
        broadcast = (imageId) => onMessage({ images: [{ imageId, status: 'described', clientId: null }] });
        return { check: () => Promise.resolve(), stop: () => Promise.resolve() };
      },
    } as unknown as Consumers;
    listener = new RecordedListener(consumers, repository, registry, progress);
    await listener.onApplicationBootstrap();
    const lineage = new DatabaseLineage(replaced.database);
    comparison = new RegistryComparison(lineage, repository, registry, listener, progress);
  });
  afterEach(async () => {
    listener?.beforeApplicationShutdown();
    await replaced?.close();
  });

  /** Images from `first` to `last` have a description, and nobody tells. */
  const describeSilently = (first: number, last = first) =>
    sql`INSERT INTO images (id, url, status, description)
      SELECT n, 'u', 'described', 'a cat' FROM generate_series(${first}::bigint, ${last}::bigint) n`.execute(
      replaced.database,
    );
  const listed = () => [...registry.list()];

  it('finds an id whose broadcast was missed, and tells whoever watches', async () => {
    await describeSilently(17);
    expect(listed()).toEqual([]);
    await comparison.look();
    expect(listed()).toEqual([17]);
    expect(announced).toContainEqual([17]);
  });

  it('finds one far below the newest, too, in as many looks as there are pages', async () => {
    await describeSilently(2, 120_000);
    await listener.loadAnew();
    await describeSilently(1);
    for (let looks = 0; looks < 3; looks += 1) await comparison.look();
    expect(registry.has(1)).toBe(true);
    await describeSilently(200_000);
    await sql`DELETE FROM images WHERE id = 60000`.execute(replaced.database);
    await comparison.look();
    expect(registry.has(200_000)).toBe(true);
    for (let looks = 0; looks < 2; looks += 1) await comparison.look();
    expect(registry.has(60_000)).toBe(false);
    expect(registry.size).toBe(120_000);
  });

  it('forgets what the database does not know, and nothing that is learnt while it looks', async () => {
    await describeSilently(1, 3);
    await listener.loadAnew();
    await sql`DELETE FROM images WHERE id = 2`.execute(replaced.database);
    await registry.compare(async () => {
      const range = await new DescribedIdsRepository(replaced.database).newestDescribed();
      broadcast(4);
      return range;
    });
    expect(listed()).toEqual([1, 3, 4]);
  });

  it('loads all anew from a database that came back older than it was', async () => {
    await describeSilently(1, 3);
    await replaced.keep();
    await describeSilently(4, 9);
    await listener.loadAnew();
    await comparison.look();
    expect(listed()).toHaveLength(9);
    await replaced.comeBack();
    announced = [];
    await comparison.look();
    expect(listed()).toEqual([1, 2, 3]);
    expect(announced).toContain(undefined);
  });

  it('looks again when the database was away', async () => {
    await describeSilently(1);
    const spied = jest
      .spyOn(DescribedIdsRepository.prototype, 'newestDescribed')
      .mockRejectedValueOnce(new Error('away'));
    await comparison.look();
    expect(listed()).toEqual([]);
    await comparison.look();
    expect(listed()).toEqual([1]);
    spied.mockRestore();
  });
});

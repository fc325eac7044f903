import { imageDeleted } from '@ekphrasis/contracts';
import type { OutboxRelay } from '@ekphrasis/outbox';
import { ProcessedIdsRegistry } from '../src/images/finished-ids/processed-ids-registry.js';
import { MaintenanceTurns } from '../src/maintenance/maintenance-turns.js';
import { RemovalRepository } from '../src/removal/removal.repository.js';
import { Removal } from '../src/removal/removal.service.js';
import { MemoryStorage } from '../../../test/support/memory-storage.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. */
describe('Removal (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let storage: MemoryStorage;
  let registry: ProcessedIdsRegistry;
  let removal: Removal;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of ['images', 'outbox', 'dead_letters', 'idempotency_keys'] as const)
      await opened.database.deleteFrom(table).execute();
    storage = new MemoryStorage();
    registry = new ProcessedIdsRegistry();
    const relay = { wake: () => undefined } as Partial<OutboxRelay> as OutboxRelay;
    removal = new Removal(new RemovalRepository(opened.database), registry, relay, storage);
  });

  async function add(id: number, changes: object = {}): Promise<void> {
    const described = { status: 'described', description: 'a cat', finished_at: new Date() } as const;
    await opened.database
      .insertInto('images')
      .values({ id, picture_key: `pictures/${id}-aa`, nonce: 'aa', ...described, ...changes })
      .execute();
    for (const key of [`${id}.txt`, `results/${id}-aa.json`, `pictures/${id}-aa`])
      storage.objects.set(key, Buffer.of(1));
    registry.add(id);
  }
  const told = async () =>
    (await opened.database.selectFrom('outbox').selectAll().orderBy('id').execute()).map(
      ({ body }) => imageDeleted.decode(Buffer.from(body)).imageIds,
    );
  const ids = async () =>
    (await opened.database.selectFrom('images').select('id').orderBy('id').execute()).map(({ id }) => id);

  it('removes an image with its letters, keys and files, and tells the replicas, and nothing of any other', async () => {
    for (const id of [1, 2]) {
      await add(id);
      await opened.database
        .insertInto('idempotency_keys')
        .values({ key: `key-${id}`, fingerprint: 'f', image_id: id })
        .execute();
      await opened.database
        .insertInto('dead_letters')
        .values({
          queue: 'q',
          image_id: id,
          code: 'c',
          reason: 'r',
          attempts: 5,
          routing_key: 'k',
          type: 't',
          body: Buffer.of(1),
        })
        .execute();
    }
    await removal.remove(1);
    expect(await ids()).toEqual([2]);
    expect([...storage.objects.keys()]).toEqual(['2.txt', 'results/2-aa.json', 'pictures/2-aa']);
    expect([...registry.list()]).toEqual([2]);
    expect(await told()).toEqual([[1]]);
    const keys = await opened.database.selectFrom('idempotency_keys').select('key').execute();
    const letters = await opened.database.selectFrom('dead_letters').select('image_id').execute();
    expect([keys, letters]).toEqual([[{ key: 'key-2' }], [{ image_id: 2 }]]);
    await expect(removal.remove(1)).rejects.toMatchObject({ code: 'image-not-found' });
  });

  it('is done once where several ask at once', async () => {
    await add(1);
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => removal.remove(1)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await told()).toEqual([[1]]);
  });

  it('is done although storage is away', async () => {
    await add(1);
    storage.isAway = true;
    await removal.remove(1);
    expect(await ids()).toEqual([]);
  });

  it('is not undone by what is told or read of the image late', async () => {
    await add(1);
    const loading = registry.load(
      (async function* () {
        await removal.remove(1);
        yield { ids: [1, 2] };
      })(),
    );
    await loading;
    registry.add(1);
    expect([...registry.list()]).toEqual([2]);
  });

  it('takes images that ended long enough ago, by pages, and no others', async () => {
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    await opened.database
      .insertInto('images')
      .values(
        Array.from({ length: 1_200 }, (_, index) => ({
          id: 1_000 + index,
          url: 'a',
          status: 'described' as const,
          description: 'x',
          finished_at: daysAgo(8),
        })),
      )
      .execute();
    await add(1, { finished_at: daysAgo(6) });
    await add(2, { status: 'queued', description: null, finished_at: null, queued_at: daysAgo(30) });
    await add(3, { status: 'failed', description: null, finished_at: daysAgo(8) });
    const { removed, next } = await removal.removeFinished(7, new Date(0));
    expect([removed, next]).toEqual([1_000, expect.any(Date)]);
    expect(await removal.removeFinished(7, next ?? new Date())).toEqual({ removed: 201 });
    expect(await ids()).toEqual([1, 2]);
    expect((await told()).map((each) => each.length)).toEqual([1_000, 201]);
    expect([...storage.objects.keys()].filter((key) => key.includes('3'))).toEqual([]);
  });
});

describe('MaintenanceTurns (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  beforeAll(async () => {
    opened = await openMigratedDatabase();
  });
  afterAll(() => opened?.close());

  it('gives one of many replicas the turn, and the next one when its time has come', async () => {
    const turns = new MaintenanceTurns(opened.database);
    const taken = await Promise.all(Array.from({ length: 6 }, () => turns.take('sweep', 60_000)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await turns.take('other', 60_000)).toBe(true);
    await turns.hold('sweep', 0);
    expect(await turns.take('sweep', 60_000)).toBe(true);
    expect(await turns.take('sweep', 60_000)).toBe(false);
  });
});

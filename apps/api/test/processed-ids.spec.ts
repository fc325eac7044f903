import { sql } from 'kysely';
import { DescribedIdsRepository } from '../src/images/finished-ids/described-ids.repository.js';
import { ProcessedIdsRegistry, type DescribedIds } from '../src/images/finished-ids/processed-ids-registry.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. */
describe('the finished ids (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    await sql`INSERT INTO images (id, url, status, description)
      SELECT n, 'u', CASE WHEN n % 2 = 0 THEN 'described' ELSE 'queued' END, CASE WHEN n % 2 = 0 THEN 'a cat' END
      FROM generate_series(1, 210000) n`.execute(opened.database);
  });
  afterAll(() => opened?.close());

  it('are loaded over several pages, all of them and no other', async () => {
    const registry = new ProcessedIdsRegistry();
    expect(registry.isLoaded).toBe(false);
    await registry.load(new DescribedIdsRepository(opened.database).describedIds());
    expect(registry.isLoaded).toBe(true);
    expect([...registry.list()]).toEqual(Array.from({ length: 105_000 }, (_, index) => 2 * (index + 1)));
  });

  it('are their clients’ where they have one, and nobody else’s', async () => {
    await sql`UPDATE images SET client_id = 'client ' || id % 10 WHERE id % 100 IN (2, 4)`.execute(opened.database);
    const registry = new ProcessedIdsRegistry();
    await registry.load(new DescribedIdsRepository(opened.database).describedIds());
    const count = (client?: string) => [...registry.list(0, Infinity, client)].length;
    expect([count(), count('client 2'), count('client 4'), count('client 6')]).toEqual([100_800, 2_100, 2_100, 0]);
    const { ids, clients } = await new DescribedIdsRepository(opened.database).newestDescribed();
    expect([ids.length, clients?.size, clients?.get(209_902)]).toEqual([20_000, 800, 'client 2']);
    await sql`UPDATE images SET client_id = NULL`.execute(opened.database);
  });

  it('keep what is learnt while they load, until a second load does not find it', async () => {
    const registry = new ProcessedIdsRegistry();
    const repository = new DescribedIdsRepository(opened.database);
    async function* interrupted(): AsyncGenerator<DescribedIds> {
      for await (const page of repository.describedIds()) {
        registry.add(300_001);
        yield page;
      }
    }
    await registry.load(interrupted());
    expect(registry.size).toBe(105_001);
    expect(registry.has(300_001)).toBe(true);
    expect(registry.has(1)).toBe(false);
    await registry.load(repository.describedIds());
    expect(registry.size).toBe(105_000);
    expect(registry.has(300_001)).toBe(false);
    expect([...registry.list(209_996, 2)]).toEqual([209_998, 210_000]);
  });

  it('are forgotten where the database has forgotten them, but for what is learnt while they load', async () => {
    const registry = new ProcessedIdsRegistry();
    async function* pages(): AsyncGenerator<DescribedIds> {
      registry.add(7);
      yield { ids: [2, 4] };
    }
    registry.add(3);
    await registry.load(pages());
    expect([...registry.list()]).toEqual([2, 4, 7]);
    expect(registry.highest).toBe(7);
  });

  it('are not loaded where the database fails half-way', async () => {
    const registry = new ProcessedIdsRegistry();
    async function* failing(): AsyncGenerator<DescribedIds> {
      yield { ids: [1, 2] };
      throw new Error('the database is away');
    }
    registry.add(3);
    await expect(registry.load(failing())).rejects.toThrow('the database is away');
    expect([...registry.list()]).toEqual([3]);
    expect(registry.isLoaded).toBe(false);
  });
});

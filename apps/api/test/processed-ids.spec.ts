import { sql } from 'kysely';
import { ImagesRepository } from '../src/images/images.repository.js';
import { ProcessedIdsRegistry } from '../src/images/processed-ids-registry.js';
import { openApiDatabase, type ApiDatabase } from './api-database.js';

/** Real: the database. */
describe('the finished ids (real: PostgreSQL)', () => {
  let opened: ApiDatabase;

  beforeAll(async () => {
    opened = await openApiDatabase();
    await sql`INSERT INTO images (id, url, status, description)
      SELECT n, 'u', CASE WHEN n % 2 = 0 THEN 'described' ELSE 'queued' END, CASE WHEN n % 2 = 0 THEN 'a cat' END
      FROM generate_series(1, 210000) n`.execute(opened.database);
  });
  afterAll(() => opened?.close());

  it('are loaded over several pages, all of them and no other', async () => {
    const registry = new ProcessedIdsRegistry();
    expect(registry.isLoaded).toBe(false);
    await registry.load(new ImagesRepository(opened.database).describedIds());
    expect(registry.isLoaded).toBe(true);
    expect([...registry.list()]).toEqual(Array.from({ length: 105_000 }, (_, index) => 2 * (index + 1)));
  });

  it('keep what is learnt while they load, and what a second load finds again', async () => {
    const registry = new ProcessedIdsRegistry();
    const repository = new ImagesRepository(opened.database);
    async function* interrupted(): AsyncGenerator<number[]> {
      for await (const page of repository.describedIds()) {
        registry.add(300_001);
        yield page;
      }
    }
    await registry.load(interrupted());
    await registry.load(repository.describedIds());
    expect(registry.size).toBe(105_001);
    expect(registry.has(300_001)).toBe(true);
    expect(registry.has(1)).toBe(false);
    expect([...registry.list(209_996, 2)]).toEqual([209_998, 210_000]);
  });

  it('are not loaded where the database fails half-way', async () => {
    const registry = new ProcessedIdsRegistry();
    async function* failing(): AsyncGenerator<number[]> {
      yield [1, 2];
      throw new Error('the database is away');
    }
    await expect(registry.load(failing())).rejects.toThrow('the database is away');
    expect(registry.isLoaded).toBe(false);
  });
});

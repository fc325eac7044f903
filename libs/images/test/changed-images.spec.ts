import { sql } from 'kysely';
import { ImageStatusRepository } from '../src/status/image-status.repository.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. */
describe('images that have changed (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let repository: ImageStatusRepository;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    repository = new ImageStatusRepository(opened.database);
    await sql`INSERT INTO images (id, url) VALUES (1, 'u'), (2, 'u'), (3, 'u')`.execute(opened.database);
  });
  afterAll(() => opened?.close());

  it('are told by their versions, with those that there are not', async () => {
    const { changed, absent } = await repository.findChanged([1, 2, 99], [undefined, undefined, 'any']);
    expect(changed.map(({ id, status }) => [id, status])).toEqual([
      [1, 'queued'],
      [2, 'queued'],
    ]);
    expect(absent).toEqual([99]);

    const versions = changed.map(({ version }) => version);
    expect(await repository.findChanged([1, 2], versions)).toEqual({ changed: [], absent: [] });
    await sql`UPDATE images SET attempts = 1 WHERE id = 2`.execute(opened.database);
    const later = await repository.findChanged([1, 2], versions);
    expect(later.changed).toEqual([{ ...changed[1], attempts: 1, version: expect.not.stringMatching(versions[1]!) }]);
    await sql`DELETE FROM images WHERE id = 1`.execute(opened.database);
    expect((await repository.findChanged([1], [versions[0]])).absent).toEqual([1]);
  });

  it('are what `find` finds', async () => {
    const found = await repository.find(3);
    const { changed } = await repository.findChanged([3], [undefined]);
    expect(changed).toEqual([{ ...found, version: expect.any(String) }]);
  });
});

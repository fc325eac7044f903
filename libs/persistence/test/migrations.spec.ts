import {
  checkDatabase,
  migrateToLatest,
  openDatabase,
  withDatabaseErrors,
  type Database,
} from '@ekphrasis/persistence';
import { sql } from 'kysely';
import { createOwnDatabase, type OwnDatabase } from '../../../test/support/own-database.js';
import { until } from '../../../test/support/until.js';
import { settingsFor } from './database-settings.js';

/** Real: the database. */
describe('the database (real: PostgreSQL)', () => {
  let own: OwnDatabase;
  let databases: Database[];
  const open = (url = own.url): Database => {
    const database = openDatabase(settingsFor(url), () => undefined);
    databases.push(database);
    return database;
  };

  beforeEach(async () => {
    databases = [];
    own = await createOwnDatabase();
  });
  afterEach(async () => {
    for (const database of databases) await database.destroy();
    await own?.drop();
  });

  it('is migrated once by four processes that boot at once', async () => {
    const applied = await Promise.all([open(), open(), open(), open()].map(migrateToLatest));
    expect(applied.flat()).toEqual([...new Set(applied.flat())]);
    expect(applied.flat()).toContain('0001-images');
    const tables = await own.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['images', 'outbox', 'idempotency_keys', 'dead_letters']),
    );
  });

  it('keeps its contents when it is migrated again', async () => {
    const database = open();
    await migrateToLatest(database);
    await sql`INSERT INTO images (url) VALUES ('https://example.org/a.png')`.execute(database);
    expect(await migrateToLatest(database)).toEqual([]);
    expect(await database.selectFrom('images').select(['id', 'status']).execute()).toEqual([
      { id: 1, status: 'queued' },
    ]);
  });

  it.each([
    ['a description without its status', `INSERT INTO images (url, description) VALUES ('a', 'b')`],
    ['a described image without a description', `INSERT INTO images (url, status) VALUES ('a', 'described')`],
    ['an unknown status', `INSERT INTO images (url, status) VALUES ('a', 'lost')`],
    ['an id that JSON clients cannot hold', `INSERT INTO images (id, url) VALUES (9007199254740992, 'a')`],
    ['an id of zero', `INSERT INTO images (id, url) VALUES (0, 'a')`],
  ])('refuses %s', async (_, statement) => {
    await migrateToLatest(open());
    await expect(own.query(statement)).rejects.toThrow(/check constraint/);
  });

  it('reads ids up to 2^53 - 1 as numbers', async () => {
    const { rows } = await sql<{ id: number }>`SELECT 9007199254740991::bigint AS id`.execute(open());
    expect(rows).toEqual([{ id: Number.MAX_SAFE_INTEGER }]);
  });

  describe('when it fails', () => {
    const failureOf = (work: () => Promise<unknown>) => withDatabaseErrors(work).catch((error: unknown) => error);

    it('is unavailable where nobody listens, its name does not exist, or the session is ended', async () => {
      const nobody = open('postgresql://a:b@127.0.0.1:1/c');
      expect(await failureOf(() => checkDatabase(nobody))).toMatchObject({
        code: 'database-unavailable',
        retryable: true,
      });
      const ended = open();
      expect(await failureOf(() => sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(ended))).toMatchObject({
        code: 'database-unavailable',
        retryable: true,
      });
      await until('the pool has a sound connection', () => checkDatabase(ended).then(() => true));
    });

    it('is unavailable for a statement that takes too long', async () => {
      const hurried = openDatabase({ ...settingsFor(own.url), DATABASE_STATEMENT_TIMEOUT_MS: 200 }, () => undefined);
      databases.push(hurried);
      expect(await failureOf(() => sql`SELECT pg_sleep(5)`.execute(hurried))).toMatchObject({
        code: 'database-unavailable',
        retryable: true,
      });
    });

    it('is not to blame for a wrong statement', async () => {
      const failure = await failureOf(() => sql`SELECT * FROM nothing`.execute(open()));
      expect(failure).toMatchObject({ code: '42P01' });
    });
  });
});

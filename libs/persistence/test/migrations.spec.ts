import {
  checkDatabase,
  migrateToLatest,
  openDatabase,
  withDatabaseErrors,
  type Database,
} from '@ekphrasis/persistence';
import { Logger } from '@nestjs/common';
import { Migrator, sql } from 'kysely';
import { migrations } from '../src/migrations/index.js';
import { createIndexConcurrently } from '../src/create-index-concurrently.js';
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

  /** As far as an earlier version has brought the schema. */
  const migrateTo = async (name: string): Promise<void> => {
    const provider = { getMigrations: async () => migrations };
    const { error } = await new Migrator({ db: open(), provider, disableTransactions: true }).migrateTo(name);
    if (error) throw error as Error;
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
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => migrateToLatest(settingsFor(own.url))));
    const applied = outcomes.flatMap((outcome) => outcome.applied);
    expect(applied).toEqual(Object.keys(migrations));
    const tables = await own.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['images', 'outbox', 'idempotency_keys', 'dead_letters']),
    );
  });

  it('keeps its contents when it is migrated again', async () => {
    const database = open();
    await migrateToLatest(settingsFor(own.url));
    await sql`INSERT INTO images (url) VALUES ('https://example.org/a.png')`.execute(database);
    expect(await migrateToLatest(settingsFor(own.url))).toEqual({ applied: [], unknown: [] });
    expect(await database.selectFrom('images').select(['id', 'status']).execute()).toEqual([
      { id: 1, status: 'queued' },
    ]);
  });

  it('builds the index of unfinished images while images are written', async () => {
    await migrateTo('0001-images');
    // building concurrently waits for the end of older snapshots, whatever they read; meanwhile nobody else has to wait
    let finish!: () => void;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const looking = open();
    const looked = looking
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (transaction) => {
        await sql`SELECT 1`.execute(transaction);
        await finished;
      });
    const migrated = migrateToLatest(settingsFor(own.url));
    await until('the index waits', async () => {
      const rows = await own.query(`SELECT 1 FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting%'`);
      return rows.length > 0;
    });
    await own.query(`SET lock_timeout = '2s'; INSERT INTO images (url) VALUES ('meanwhile')`);
    finish();
    await Promise.all([looked, migrated]);
    const indexes = await own.query(
      `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'images_unfinished'::regclass`,
    );
    expect(indexes).toEqual([{ valid: true }]);
    expect(await own.query('SELECT url, requeued_at FROM images')).toEqual([{ url: 'meanwhile', requeued_at: null }]);
  });

  it('is migrated by replicas that boot at once while one of them builds an index', async () => {
    await migrateTo('0001-images');
    await own.query(`INSERT INTO images (url) SELECT 'a' FROM generate_series(1, 100000)`);
    const outcomes = await Promise.all([1, 2, 3].map(() => migrateToLatest(settingsFor(own.url))));
    expect(outcomes.flatMap(({ applied }) => applied)).toEqual(Object.keys(migrations).slice(1));
  });

  it('builds an index anew that was left unfinished', async () => {
    await migrateToLatest(settingsFor(own.url));
    await own.query(`INSERT INTO images (url) VALUES ('same'), ('same')`);
    await expect(own.query('CREATE UNIQUE INDEX CONCURRENTLY images_url ON images (url)')).rejects.toThrow(
      /could not create/,
    );
    await createIndexConcurrently(open(), 'images_url', 'ON images (url)');
    await createIndexConcurrently(open(), 'images_url', 'ON images (url)');
    const indexes = await own.query(
      `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'images_url'::regclass`,
    );
    expect(indexes).toEqual([{ valid: true }]);
  });

  it('keeps the images of before tags and options, and takes those that a version of before adds', async () => {
    await migrateTo('0003-dead-letters-once');
    const addAsBefore = `INSERT INTO images (url, status, description) VALUES ('a', 'described', 'a star')`;
    await own.query(addAsBefore);
    await migrateToLatest(settingsFor(own.url));
    await own.query(addAsBefore);
    const images = await own.query('SELECT status, description, tag, options, captions FROM images');
    const asBefore = { status: 'described', description: 'a star', tag: null, options: null, captions: null };
    expect(images).toEqual([asBefore, asBefore]);
  });

  it('keeps one of the dead letters that were kept twice, the newest, and none of described images', async () => {
    await migrateTo('0002-lost-jobs');
    await own.query(`INSERT INTO images (id, url, status, description) VALUES (1, 'a', 'described', 'b')`);
    await own.query(`INSERT INTO images (id, url, status) VALUES (2, 'a', 'failed')`);
    await own.query(`
      INSERT INTO dead_letters (queue, image_id, code, reason, attempts, routing_key, type, body)
      SELECT queue, image_id, 'code', reason, 5, 'key', 'type', body::bytea FROM (VALUES
        ('jobs', 1, 'described', 'a'), ('jobs', 2, 'older', 'b'), ('jobs', 2, 'newer', 'c'), ('other', 2, 'alone', 'b'),
        ('jobs', NULL, 'older body', 'd'), ('jobs', NULL, 'newer body', 'd'), ('other', NULL, 'its queue', 'd'),
        ('jobs', NULL, 'its body', 'b')
      ) AS letters (queue, image_id, reason, body)`);
    await migrateToLatest(settingsFor(own.url));
    const letters = await own.query<{ reason: string }>('SELECT reason FROM dead_letters ORDER BY id');
    expect(letters.map(({ reason }) => reason)).toEqual(['newer', 'alone', 'newer body', 'its queue', 'its body']);
  });

  it.each([
    ['a described image without a description', `INSERT INTO images (url, status) VALUES ('a', 'described')`],
    ['an unknown status', `INSERT INTO images (url, status) VALUES ('a', 'lost')`],
    ['an id that JSON clients cannot hold', `INSERT INTO images (id, url) VALUES (9007199254740992, 'a')`],
    ['an id of zero', `INSERT INTO images (id, url) VALUES (0, 'a')`],
  ])('refuses %s', async (_, statement) => {
    await migrateToLatest(settingsFor(own.url));
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
      await until('the pool has a sound connection', () => sql`SELECT 1`.execute(ended).then(() => true));
    });

    it('is unavailable for a statement that takes too long', async () => {
      const hurried = openDatabase({ ...settingsFor(own.url), DATABASE_STATEMENT_TIMEOUT_MS: 200 }, () => undefined);
      databases.push(hurried);
      expect(await failureOf(() => sql`SELECT pg_sleep(5)`.execute(hurried))).toMatchObject({
        code: 'database-unavailable',
        retryable: true,
      });
    });

    it.each([
      ['its table is missing', 'SELECT * FROM nothing', '42P01', 1],
      ['it says that it is damaged', `DO $$ BEGIN RAISE 'a page' USING ERRCODE = 'XX001'; END $$`, 'XX001', 1],
      ['it takes no writes', 'SET TRANSACTION READ ONLY; CREATE TABLE notes (id integer)', '25006', 0],
      ['its user may not', `DO $$ BEGIN RAISE 'no' USING ERRCODE = '28000'; END $$`, '28000', 0],
    ])('is unavailable where %s, and says so where somebody has to mend it', async (_, statement, code, errors) => {
      const log = jest.spyOn(Logger.prototype, 'error').mockImplementation();
      expect(await failureOf(() => sql.raw(statement).execute(open()))).toMatchObject({
        code: 'database-unavailable',
        retryable: true,
        cause: expect.objectContaining({ code }),
      });
      expect(log.mock.calls.length).toBe(errors);
      for (const [line] of log.mock.calls) expect(line).toMatch(new RegExp(`refuses what this version asks .*${code}`));
      log.mockRestore();
    });

    it.each([
      [`SELECT '1e400'::float8`, '22003'],
      ['SELECT 1 FROM generate_series(1, 2) n WHERE n = (SELECT generate_series(1, 2))', '21000'],
      [`DO $$ BEGIN RAISE 'twice' USING ERRCODE = 'unique_violation'; END $$`, '23505'],
    ])('is there, and refuses the data of %s', async (statement, code) => {
      expect(await failureOf(() => sql.raw(statement).execute(open()))).toMatchObject({ code });
    });

    it.each(['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ECONNRESET'])(
      'is unavailable where the connection fails with %s',
      async (code) => {
        const failure = Object.assign(new Error('refused'), { code });
        expect(await failureOf(() => Promise.reject(failure))).toMatchObject({
          code: 'database-unavailable',
          cause: failure,
        });
      },
    );

    it('is not to blame for an error of ours', async () => {
      const ours = new TypeError('of ours');
      expect(await failureOf(() => Promise.reject(ours))).toBe(ours);
    });
  });

  it('is healthy only while it takes writes', async () => {
    await migrateToLatest(settingsFor(own.url));
    const database = open();
    await checkDatabase(database);
    await own.query(`DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`);
    const readOnly = open();
    const failure = await checkDatabase(readOnly).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'database-unavailable',
      message: expect.stringMatching(/^PostgreSQL takes no writes: .*read-only/),
    });
    await own.query(`BEGIN READ WRITE; DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$; COMMIT`);
    await checkDatabase(readOnly);
  });
});

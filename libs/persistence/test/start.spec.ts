import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { sql, type QueryExecutorProvider } from 'kysely';
import { migrateToLatest, type Database } from '@ekphrasis/persistence';
import { migrations } from '../src/migrations/index.js';
import { openMigratedDatabase } from '../src/open-migrated-database.js';
import type { SchemaMigration } from '../src/schema-migration.js';
import { createOwnDatabase, type OwnDatabase } from '../../../test/support/own-database.js';
import { findFreePort } from '../../../test/support/setup-scripts.js';
import { until } from '../../../test/support/until.js';
import { settingsFor } from './database-settings.js';

const firstName = '0000-first';
const nextName = '9998-next';
const released = { ...migrations };

/** Real: the database. */
describe('the start of an app (real: PostgreSQL)', () => {
  let own: OwnDatabase;
  let opened: Promise<Database>[];
  let said: string[];
  /** Ends the migration that `held` is about. */
  let finish: (() => void) | undefined;

  const start = (changes = {}, heard = said): Promise<Database> => {
    const say = (message: string) => void heard.push(message);
    const opening = openMigratedDatabase({ ...settingsFor(own.url), ...changes }, { log: say, warn: say });
    opened.push(opening);
    return opening;
  };
  /** What the version that starts has beside the released ones; none gives it what is released. */
  const provide = (added: Record<string, SchemaMigration> = {}): void => {
    for (const name of Object.keys(migrations)) delete migrations[name];
    Object.assign(migrations, released, added);
  };
  const waitFor = async (seconds: number, database: QueryExecutorProvider): Promise<void> =>
    void (await sql`SELECT pg_sleep(${seconds})`.execute(database));
  const held: SchemaMigration = { up: () => new Promise((resolve) => (finish = resolve)) };
  const holding = () => until('a migration is held', () => finish !== undefined);
  const migrating = () =>
    until('a migration runs', async () => {
      const rows = await own.query(`SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()`);
      return rows.length > 0;
    });

  beforeEach(async () => {
    opened = [];
    said = [];
    own = await createOwnDatabase();
  });
  afterEach(async () => {
    finish?.();
    finish = undefined;
    provide();
    for (const result of await Promise.allSettled(opened)) {
      if (result.status === 'fulfilled') await result.value.destroy();
    }
    await own?.drop();
  });

  it('lets a migration take longer than a statement may', async () => {
    provide({ [nextName]: { up: (database) => waitFor(1, database) } });
    const database = await start({ DATABASE_STATEMENT_TIMEOUT_MS: 200 });
    expect(said.at(-1)).toContain(nextName);
    await expect(waitFor(5, database)).rejects.toThrow(/statement timeout/);
  });

  it('lets a migration take longer than a statement may where the database itself has limits', async () => {
    await own.query(`DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET statement_timeout = 200', current_database());
      EXECUTE format('ALTER DATABASE %I SET lock_timeout = 200', current_database()); END $$`);
    provide({ [nextName]: { up: (database) => waitFor(1, database) } });
    await start();
    expect(said.at(-1)).toContain(`migrated: 0001-images`);
  });

  it('waits while another replica migrates, longer than a statement may take, and says for what', async () => {
    provide({ [nextName]: held });
    const first = start();
    await holding();
    const saidBySecond: string[] = [];
    const second = start({ DATABASE_STATEMENT_TIMEOUT_MS: 200 }, saidBySecond);
    const word = `waiting for migrations, which this replica or another one runs: ${nextName}`;
    await until('it says for what it waits', () => saidBySecond.includes(word));
    finish?.();
    await Promise.all([first, second]);
    expect([...said, ...saidBySecond].filter((message) => message.startsWith('migrated:')).length).toBe(1);
  });

  it('does not wait for the migrations of a newer replica', async () => {
    await migrateToLatest(settingsFor(own.url));
    provide({ [nextName]: held });
    const newer = start();
    await holding();
    provide();
    await start();
    finish?.();
    await newer;
  });

  it('goes on, with one warning, on the schema of a newer version', async () => {
    provide({ [nextName]: { up: async () => undefined } });
    await migrateToLatest(settingsFor(own.url));
    provide();
    const database = await start();
    expect(said).toEqual([`the schema is newer than this version, by ${nextName}`]);
    expect(await database.selectFrom('images').selectAll().execute()).toEqual([]);
  });

  it('goes on where a newer replica has migrated all while it waited', async () => {
    provide({ [firstName]: { up: (database) => waitFor(2, database) } });
    const newer = start();
    await migrating();
    provide();
    const saidByOlder: string[] = [];
    await start({}, saidByOlder);
    expect(saidByOlder).toContain(`the schema is newer than this version, by ${firstName}`);
    await newer;
  });

  it('ends at once where the database is that of something else', async () => {
    await own.query('CREATE TABLE kysely_migration (name varchar(255) PRIMARY KEY, timestamp varchar(255) NOT NULL)');
    await own.query(`INSERT INTO kysely_migration VALUES ('2020-users', '2020-01-01')`);
    await expect(start()).rejects.toMatchObject({
      code: 'database-foreign',
      retryable: false,
      message: expect.stringMatching(/^DATABASE_URL names .* Expected .*0001-images.* but found 2020-users$/),
    });
    expect(said).toEqual([]);
  });

  it('ends at once where its tables are those of something else', async () => {
    await own.query('CREATE TABLE images (name text)');
    await expect(start()).rejects.toMatchObject({
      code: 'migration-failed',
      retryable: false,
      message: 'Migration 0001-images failed: relation "images" already exists',
    });
    expect(said).toEqual([]);
  });

  it('ends at once where the server has no such database', async () => {
    await expect(start({ DATABASE_URL: `${own.url}-not` })).rejects.toThrow(/-not" does not exist/);
    expect(said).toEqual([]);
  });

  it('waits for a server that is still starting, and says so once, without the password', async () => {
    const port = await findFreePort();
    const url = new URL(own.url);
    const { hostname, port: serverPort } = url;
    url.host = `127.0.0.1:${port}`;
    const starting = start({ DATABASE_URL: url.href });
    await until('it says what it waits for', () => said.length > 0);
    const server = createServer((client) => {
      const upstream = connect(Number(serverPort), hostname);
      client.on('error', () => upstream.destroy()).pipe(upstream);
      upstream.on('error', () => client.destroy()).pipe(client);
    });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    try {
      await (await starting).destroy();
    } finally {
      server.close();
    }
    opened = [];
    expect(said).toEqual([
      `waiting for PostgreSQL at 127.0.0.1:${port}${url.pathname}: PostgreSQL cannot answer: connect ECONNREFUSED 127.0.0.1:${port}`,
      expect.stringMatching(/^migrated: /),
    ]);
  });
});

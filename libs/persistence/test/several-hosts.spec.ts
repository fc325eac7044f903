import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { checkDatabase, migrateToLatest, openDatabase, type Database } from '@ekphrasis/persistence';
import { Link } from '../../../test/support/network/link.js';
import { createOwnDatabase } from '../../../test/support/own-database.js';
import {
  findFreePort,
  startPostgresStandby,
  startPrivatePostgres,
  type PostgresStandby,
  type PrivatePostgres,
} from '../../../test/support/setup-scripts.js';
import { until } from '../../../test/support/until.js';
import { settingsFor } from './database-settings.js';

const databases: Database[] = [];
const open = (url: string, limit = 10_000): Database => {
  const settings = { ...settingsFor(url), DATABASE_STATEMENT_TIMEOUT_MS: limit };
  const database = openDatabase(settings, () => undefined);
  databases.push(database);
  return database;
};
const close = async (): Promise<void> => {
  for (const database of databases.splice(0)) await database.destroy();
};
/** `url`, with these servers in place of its own. */
const withServers = (url: string, servers: string[], attributes = 'any'): string => {
  const { username, password, pathname } = new URL(url);
  return `postgresql://${username}:${password}@${servers.join(',')}${pathname}?target_session_attrs=${attributes}`;
};
const serverOf = (url: string): string => new URL(url).host;

/** Real: the database, by two ways. */
describe('a database with several servers (real: PostgreSQL)', () => {
  let links: [Link, Link];
  let url: string;
  let drop: () => Promise<void>;

  beforeEach(async () => {
    const own = await createOwnDatabase();
    drop = () => own.drop();
    links = [await Link.open(own.url), await Link.open(own.url)];
    url = own.url;
  });
  afterEach(async () => {
    for (const link of links) link.heal();
    await close();
    await Promise.all(links.map((link) => link.close()));
    await drop();
  });

  const both = () => links.map((link) => serverOf(link.url));
  const ask = (database: Database) => sql`SELECT 1`.execute(database);

  it('is reached at the first one', async () => {
    await ask(open(withServers(url, both())));
    expect(links.map(({ connections }) => connections)).toEqual([1, 0]);
  });

  it('is reached at the second one where nobody listens at the first, for its migrations too', async () => {
    const servers = [`127.0.0.1:${await findFreePort()}`, serverOf(links[1].url)];
    await migrateToLatest({ DATABASE_URL: withServers(url, servers) });
    await checkDatabase(open(withServers(url, servers)));
  });

  it('is reached at the second one where the first gives no answer, and there from then on', async () => {
    links[0].cut();
    const database = open(withServers(url, both()));
    await ask(database);
    links[0].heal();
    await Promise.all(Array.from({ length: 4 }, () => sql`SELECT pg_sleep(0.1)`.execute(database)));
    expect(links[1].connections).toBe(4);
  });

  it('is asked at the other one when the one in use is gone', async () => {
    const database = open(withServers(url, both()));
    await ask(database);
    await links[0].close();
    await until('the other one answers', () => ask(database).then(() => true));
    expect(links[1].connections).toBe(1);
  });

  it('is no other server’s matter where all its connections are in use', async () => {
    const database = open(withServers(url, both()));
    const busy = Array.from({ length: 8 }, () => sql`SELECT pg_sleep(3)`.execute(database));
    await expect(ask(database)).rejects.toThrow('timeout exceeded when trying to connect');
    await Promise.all(busy);
    expect(links.map(({ connections }) => connections)).toEqual([8, 0]);
  });

  it('says of each server why it cannot be used, and no password', async () => {
    const servers = [`127.0.0.1:${await findFreePort()}`, `127.0.0.1:${await findFreePort()}`];
    const refused = checkDatabase(open(withServers('postgresql://me:hunter2@h/db', servers)));
    await expect(refused).rejects.toMatchObject({
      code: 'database-unavailable',
      message: `PostgreSQL cannot answer: ${servers.map((each) => `${each}: connect ECONNREFUSED ${each}`).join('; ')}`,
    });
  });
});

/** Real: a primary and a standby of the test's own. */
describe('a database with a standby (real: PostgreSQL, twice)', () => {
  let directory: string;
  let primary: PrivatePostgres;
  let standby: PostgresStandby;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ekphrasis-pair-'));
    primary = await startPrivatePostgres({ directory: join(directory, 'primary') });
    standby = await startPostgresStandby(primary, { directory: join(directory, 'standby') });
  }, 300_000);
  afterAll(async () => {
    await close();
    for (const server of [standby, primary]) {
      await server?.kill();
      if (server) await rm(server.directory, { recursive: true, force: true });
    }
    await rm(directory, { recursive: true, force: true });
  }, 300_000);

  it('is written to where it takes writes, before and after the standby is promoted', async () => {
    const url = withServers(primary.url, [serverOf(standby.url), serverOf(primary.url)], 'read-write');
    await migrateToLatest({ DATABASE_URL: url });
    const database = open(url);
    const accept = (id: number) => sql`INSERT INTO images (id, url) VALUES (${id}, 'a')`.execute(database);
    await accept(1);
    await until('the standby has it', async () => (await standby.execute('SELECT 1 FROM images')).length === 1);
    await expect(
      checkDatabase(open(withServers(standby.url, [serverOf(standby.url)], 'read-write'))),
    ).rejects.toMatchObject({
      code: 'database-unavailable',
      message: 'PostgreSQL cannot answer: it takes no writes: it is a standby, or read-only',
    });
    await primary.kill();
    await standby.promote();
    await until('it takes writes again', () => checkDatabase(database).then(() => true));
    await accept(2);
    expect(await standby.execute('SELECT id FROM images ORDER BY id')).toEqual([{ id: '1' }, { id: '2' }]);
  }, 300_000);
});

import { sql } from 'kysely';
import { openDatabase, type Database } from '@ekphrasis/persistence';
import { Link } from '../../../test/support/network/link.js';
import { createOwnDatabase, type OwnDatabase } from '../../../test/support/own-database.js';
import { until } from '../../../test/support/until.js';
import { settingsFor } from './database-settings.js';

/** Real: the database, and a network between that is cut. */
describe('connections after a cut (real: PostgreSQL)', () => {
  let own: OwnDatabase;
  let link: Link;
  let database: Database;

  beforeEach(async () => {
    own = await createOwnDatabase();
    await own.query('CREATE TABLE notes (id integer PRIMARY KEY)');
    link = await Link.open(own.url);
    database = openDatabase({ ...settingsFor(link.url), DATABASE_STATEMENT_TIMEOUT_MS: 1_000 }, () => undefined);
  });
  afterEach(async () => {
    link?.heal();
    await database?.destroy();
    await link?.close();
    await own?.drop();
  });

  const note = (id: number, on: Database = database) => sql`INSERT INTO notes VALUES (${id})`.execute(on);
  const notes = async () => (await own.query<{ id: number }>('SELECT id FROM notes ORDER BY id')).map(({ id }) => id);
  const backend = async () =>
    (await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(database)).rows[0]!.pid;
  const openTransactions = async () =>
    (await own.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'`))
      .length;

  it('leave nothing of a transaction that was given up on, and nothing that comes later to its fate', async () => {
    const transaction = database.transaction().execute(async (within) => {
      await note(1, within);
      link.cut();
      await note(2, within);
    });
    await expect(transaction).rejects.toThrow('Query read timeout');
    link.heal();
    await note(3);
    // seen by others: it was no part of what was still open
    expect(await notes()).toContain(3);
    await until('no transaction is left', async () => (await openTransactions()) === 0);
    expect(await notes()).toEqual([3]);
  });

  it('are closed where one statement was given up on, whether it takes effect or not', async () => {
    const given = await backend();
    await note(1);
    link.cut();
    await expect(note(2)).rejects.toThrow('Query read timeout');
    link.heal();
    await note(3);
    expect(await backend()).not.toBe(given);
    await until('only the new one is left', () => link.connections === 1);
    expect((await notes()).filter((id) => id !== 2)).toEqual([1, 3]);
  });

  it('are kept where the server refused a statement', async () => {
    await note(1);
    await expect(note(1)).rejects.toMatchObject({ code: '23505' });
    const transaction = database.transaction().execute(async (within) => {
      await note(2, within);
      await note(1, within);
    });
    await expect(transaction).rejects.toMatchObject({ code: '23505' });
    await note(3);
    expect(link.connections).toBe(1);
    expect(await notes()).toEqual([1, 3]);
  });

  it.each([
    [
      'takes no writes',
      'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY',
      'SELECT 1 FROM notes FOR UPDATE',
      '25006',
    ],
    ['ends it', 'SELECT 1', 'SELECT pg_terminate_backend(pg_backend_pid())', '57P01'],
  ])('are closed where the server %s', async (_, preparation, statement, code) => {
    await sql.raw(preparation).execute(database);
    const given = await backend();
    await expect(sql.raw(statement).execute(database)).rejects.toMatchObject({ code });
    await note(1);
    expect(await backend()).not.toBe(given);
    await until('only the new one is left', () => link.connections === 1);
  });

  it('are closed where a transaction was refused for being read-only, with what it had', async () => {
    const given = await backend();
    const transaction = database.transaction().execute(async (within) => {
      await sql`SET TRANSACTION READ ONLY`.execute(within);
      await note(1, within);
    });
    await expect(transaction).rejects.toMatchObject({ code: '25006' });
    await note(2);
    expect(await backend()).not.toBe(given);
    expect(await notes()).toEqual([2]);
  });

  it('are given up by the server, too, where their client vanishes', async () => {
    const { rows } = await sql<{ name: string; setting: string }>`SELECT name, setting FROM pg_settings
      WHERE name LIKE 'tcp_%' OR name = 'idle_in_transaction_session_timeout'`.execute(database);
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, Number(setting)]))).toEqual({
      tcp_keepalives_idle: 15,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 3,
      tcp_user_timeout: 30_000,
      idle_in_transaction_session_timeout: 60_000,
    });
  });
});

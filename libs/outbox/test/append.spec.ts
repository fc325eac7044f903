import { sql } from 'kysely';
import { IsInt } from 'class-validator';
import { defineMessage } from '@ekphrasis/contracts';
import { append, appending } from '@ekphrasis/outbox';
import { migrateToLatest, openDatabase, type Database } from '@ekphrasis/persistence';
import { createOwnDatabase, type OwnDatabase } from '../../../test/support/own-database.js';
import { settingsFor } from '../../persistence/test/database-settings.js';

class Done {
  @IsInt()
  place: number;
}

const done = defineMessage('test.done', 1, Done);

/** Real: the database. */
describe('append (real: PostgreSQL)', () => {
  let own: OwnDatabase;
  let database: Database;

  beforeAll(async () => {
    own = await createOwnDatabase();
    await migrateToLatest(settingsFor(own.url));
    database = openDatabase(settingsFor(own.url), () => undefined);
  });
  afterAll(async () => {
    await database?.destroy();
    await own?.drop();
  });
  beforeEach(() => own.query('TRUNCATE outbox'));

  const messages = () => own.query<{ body: string }>('SELECT routing_key, type, body FROM outbox ORDER BY id');
  const many = Array.from({ length: 500 }, (_, place) => ({ place }));

  it('puts messages into the outbox in their order, as their contract has them', async () => {
    await database.transaction().execute((transaction) => append(transaction, done, many));
    const rows = await messages();
    expect(rows[0]).toEqual({ routing_key: 'test.done', type: 'test.done.v1', body: '{"place":0}' });
    expect(rows.map(({ body }) => done.decode(Buffer.from(body)))).toEqual(many);
  });

  it('leaves nothing of a transaction that was undone', async () => {
    const undone = database.transaction().execute(async (transaction) => {
      await append(transaction, done, many);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await messages()).toEqual([]);
  });

  it('is a part of a statement whose rows the messages are about', async () => {
    await sql`
      WITH kept AS (INSERT INTO maintenance (task, next_at) VALUES ('7', now()), ('8', now()) RETURNING task)
      ${appending(done, sql`SELECT json_build_object('place', task::int)::text FROM kept ORDER BY task`)}`.execute(
      database,
    );
    const bodies = (await messages()).map(({ body }) => done.decode(Buffer.from(body)).place);
    expect(bodies).toEqual([7, 8]);
    expect(await own.query('SELECT task FROM maintenance ORDER BY task')).toEqual([{ task: '7' }, { task: '8' }]);
  });

  it('asks nothing of the database where there are no messages', async () => {
    await database.transaction().execute(async (transaction) => {
      await append(transaction, done, []);
      const { rows } = await sql<{ id: string | null }>`SELECT pg_current_xact_id_if_assigned()::text AS id`.execute(
        transaction,
      );
      expect(rows).toEqual([{ id: null }]);
    });
  });
});

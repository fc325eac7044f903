import { migrateToLatest, openDatabase, type Database } from '@ekphrasis/persistence';
import { createOwnDatabase, type OwnDatabase } from '../../../test/support/own-database.js';
import { until } from '../../../test/support/until.js';
import { AccessService } from '../src/access.service.js';
import { Clients } from '../src/clients/clients.service.js';
import { ApiKeysRepository } from '../src/keys/api-keys.repository.js';

/** Real: the database. */
describe('clients and their keys (real: PostgreSQL)', () => {
  let own: OwnDatabase;
  let database: Database;
  let keys: ApiKeysRepository;
  let clients: Clients;

  beforeAll(async () => {
    own = await createOwnDatabase();
    const settings = { DATABASE_URL: own.url, DATABASE_POOL_SIZE: 4, DATABASE_STATEMENT_TIMEOUT_MS: 10_000 };
    await migrateToLatest(settings);
    database = openDatabase(settings, () => undefined);
    keys = new ApiKeysRepository(database, database);
    clients = new Clients(database, keys);
  });
  afterAll(async () => {
    await database?.destroy();
    await own?.drop();
  });

  it('are known by each of their keys until it is revoked, and no key is kept', async () => {
    const first = await clients.add('a gallery');
    const second = await clients.addKey(first.clientId);
    const another = await clients.add('another gallery');
    const clientOf = async (key: string) => new AccessService(keys).clientOf(key);
    expect(await Promise.all([first, second, another].map(({ key }) => clientOf(key)))).toEqual([
      first.clientId,
      first.clientId,
      another.clientId,
    ]);

    await clients.revokeKey(first.clientId, first.keyId);
    await clients.revokeKey(first.clientId, first.keyId);
    expect(await Promise.all([first, second].map(({ key }) => clientOf(key)))).toEqual([undefined, first.clientId]);
    await expect(clients.revokeKey(another.clientId, second.keyId)).rejects.toMatchObject({
      code: 'api-key-not-found',
    });
    expect(await clientOf(second.key)).toBe(first.clientId);

    const kept = JSON.stringify(await own.query('SELECT * FROM api_keys'));
    for (const { key } of [first, second, another]) expect(kept).not.toContain(key);
    expect(await clients.listKeys(first.clientId)).toEqual([
      expect.objectContaining({ keyId: first.keyId, prefix: first.key.slice(0, 9), revokedAt: expect.any(Date) }),
      expect.objectContaining({ keyId: second.keyId, prefix: second.key.slice(0, 9), revokedAt: null }),
    ]);
  });

  it('tell when each key was last used, written once a minute', async () => {
    const { clientId, keyId, key } = await clients.add('who asks often');
    const lastUse = async () => (await clients.listKeys(clientId))[0]?.lastUsedAt;
    expect(await lastUse()).toBeNull();
    await new AccessService(keys).clientOf(key);
    const used = await until('its use is written', lastUse);
    await new AccessService(keys).clientOf(key);
    expect(await keys.ownerOf(await digestIn(keyId))).toMatchObject({ isUseUnwritten: false });
    expect(await lastUse()).toEqual(used);
    await own.query(`UPDATE api_keys SET last_used_at = now() - interval '61 seconds'`);
    expect(await keys.ownerOf(await digestIn(keyId))).toMatchObject({ clientId, isUseUnwritten: true });
  });
  const digestIn = async (keyId: string): Promise<Buffer> =>
    (await own.query<{ hash: Buffer }>('SELECT hash FROM api_keys WHERE key_id = $1', [keyId]))[0]!.hash;

  it('are listed the oldest first, by pages', async () => {
    const added = [];
    for (let count = 0; count < 3; count += 1) added.push((await clients.add(`client ${count}`)).clientId);
    const all = (await clients.list(undefined, 1_000)).map(({ clientId }) => clientId);
    expect(all.slice(-3)).toEqual(added);
    expect((await clients.list(added[0], 1)).map(({ clientId }) => clientId)).toEqual([added[1]]);
    expect(await clients.list('00000000-0000-4000-8000-000000000000', 10)).toEqual([]);
  });

  it.each(['no-such-client', '00000000-0000-4000-8000-000000000000', '\0'])('are not found: %j', async (id) => {
    await expect(clients.listKeys(id)).rejects.toMatchObject({ code: 'client-not-found' });
    await expect(clients.addKey(id)).rejects.toMatchObject({ code: 'client-not-found' });
    await expect(clients.revokeKey(id, id)).rejects.toMatchObject({ code: 'api-key-not-found' });
  });
});

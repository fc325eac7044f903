import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryStorage, markerKey } from '@ekphrasis/storage';
import { StorageIdentityRepository } from '../src/storage-identity.repository.js';
import { StorageIdentity } from '../src/storage-identity.service.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database, the file system. */
describe('StorageIdentity (real: PostgreSQL, a directory)', () => {
  let opened: MigratedDatabase;
  let other: MigratedDatabase;
  let root: string;
  let directory: string;

  beforeAll(async () => {
    [opened, other] = await Promise.all([openMigratedDatabase(), openMigratedDatabase()]);
    root = await mkdtemp(join(tmpdir(), 'ekphrasis-identity-'));
  });
  afterAll(async () => {
    await opened?.close();
    await other?.close();
    await rm(root, { recursive: true, force: true });
  });
  beforeEach(async () => {
    directory = join(await mkdtemp(join(root, 'test-')), 'data');
    for (const { database } of [opened, other])
      await database.updateTable('storage_identity').set({ marked_at: null }).execute();
  });

  /** A process that starts. */
  const start = ({ database } = opened, at = directory): StorageIdentity =>
    new StorageIdentity(
      new StorageIdentityRepository(database),
      new DirectoryStorage({ directory: at, timeoutMs: 10_000 }),
    );
  const marker = () => readFile(join(directory, markerKey), 'utf8');
  const away = (reason: RegExp) => ({
    code: 'storage-away',
    attemptCounts: false,
    message: expect.stringMatching(reason),
  });

  it('makes and marks the directory of a new database, once for all its replicas', async () => {
    await Promise.all([start().check(), start().check(), start().check()]);
    const row = await opened.database.selectFrom('storage_identity').selectAll().executeTakeFirstOrThrow();
    expect(await marker()).toBe(row.id);
    expect(row.marked_at).toBeInstanceOf(Date);
    await start().check();
  });

  it('marks the storage of a system that had no marker', async () => {
    await mkdir(directory);
    await writeFile(join(directory, '17.txt'), 'a cat');
    await start().check();
    expect((await readdir(directory)).sort()).toEqual([markerKey, '.partial', '17.txt'].sort());
  });

  it('finds it away where it starts beside an empty directory, or none, and makes nothing', async () => {
    await start().check();
    const elsewhere = join(root, 'not-there');
    await expect(start(opened, elsewhere).check()).rejects.toMatchObject(away(/no marker .*not-there/));
    await rename(directory, `${directory}-unmounted`);
    await mkdir(directory);
    await expect(start().check()).rejects.toMatchObject(away(/not mounted/));
    expect(await readdir(directory)).toEqual([]);
    expect(await readdir(root)).not.toContain('not-there');
    await rm(directory, { recursive: true });
    await rename(`${directory}-unmounted`, directory);
    await start().check();
  });

  it('goes on where every file is deleted under it', async () => {
    const running = start();
    await running.check();
    const id = await marker();
    await rm(join(directory, markerKey));
    await rm(join(directory, '.partial'), { recursive: true });
    await running.check();
    expect(await marker()).toBe(id);
  });

  it('makes no directory in the place of one that was taken away while it ran', async () => {
    const running = start();
    await running.check();
    await rename(directory, `${directory}-away`);
    await expect(running.check()).rejects.toMatchObject(away(/is not there/));
    await expect(running.ensure()).rejects.toMatchObject({ code: 'storage-away' });
    await rename(`${directory}-away`, directory);
    await running.ensure();
  });

  it('takes a marker that a person has emptied for leave to use the storage', async () => {
    await start().check();
    await writeFile(join(directory, markerKey), '');
    await start().check();
    expect(await marker()).not.toBe('');
  });

  it('leaves the storage of another system alone', async () => {
    await start().check();
    const theirs = await marker();
    await expect(start(other).check()).rejects.toMatchObject(away(/belongs to another database/));
    expect(await marker()).toBe(theirs);
    const { marked_at: markedAt } = await other.database
      .selectFrom('storage_identity')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(markedAt).toBeNull();
    await writeFile(join(directory, markerKey), '');
    await start(other).check();
    await expect(start().check()).rejects.toMatchObject(away(/belongs to another database/));
  });
});

import { Registry } from '@ekphrasis/observability';
import { OrphanSweep } from '../src/orphans/orphan-sweep.service.js';
import { ImageObjects } from '../src/orphans/image-objects.js';
import { MeasuredPictures } from '../src/orphans/measured-pictures.js';
import { ProcessedPictures, UploadedOriginals } from '../src/orphans/processing-objects.js';
import { OrphansRepository } from '../src/orphans/orphans.repository.js';
import { StorageFolder } from '@ekphrasis/storage';
import { StorageIdentity, StorageIdentityRepository } from '@ekphrasis/storage-identity';
import { MemoryStorage } from '../../../test/support/memory-storage.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

const day = 86_400_000;

/** Real: the database. */
describe('OrphanSweep (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let storage: MemoryStorage;
  let registry: Registry;
  let sweep: OrphanSweep;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of ['images', 'processing_jobs', 'measurements'] as const)
      await opened.database.deleteFrom(table).execute();
    await opened.database.updateTable('storage_identity').set({ marked_at: null }).execute();
    storage = new MemoryStorage();
    registry = new Registry();
    const identity = new StorageIdentity(new StorageIdentityRepository(opened.database), storage);
    const repository = new OrphansRepository(opened.database);
    const settings = { DESCRIBED_UPLOAD_DAYS: 20, FAILED_UPLOAD_DAYS: 30 };
    const storages = { ensureUploads: () => identity.ensure(), ensureProcessed: () => identity.ensure() };
    const kinds = [
      new ImageObjects(repository, identity, storage, settings),
      new MeasuredPictures(repository, identity, storage),
      new UploadedOriginals(repository, storages, new StorageFolder(storage, 'uploads')),
      new ProcessedPictures(repository, storages, new StorageFolder(storage, 'processed')),
    ];
    sweep = new OrphanSweep(kinds, { add: () => undefined }, registry);
  });

  /** Objects that were written so long ago. */
  const put = (ageMs: number, ...keys: string[]): void => {
    for (const key of keys) {
      storage.objects.set(key, Buffer.of(1));
      storage.modifiedAt.set(key, new Date(Date.now() - ageMs));
    }
  };
  const left = () => [...storage.objects.keys()].sort();
  async function run(): Promise<void> {
    const pages = sweep.sweep(AbortSignal.timeout(30_000));
    while (!(await pages.next()).done);
  }
  const addImage = (id: number, changes: object) =>
    opened.database
      .insertInto('images')
      .values({ id, nonce: 'aa', picture_key: `pictures/${id}-aa`, ...changes })
      .execute();
  const failed = (days: number) => ({ status: 'failed', finished_at: new Date(Date.now() - days * day) });

  it('removes what no image has once it is a day old, and nothing else', async () => {
    put(
      day + 60_000,
      '1.txt',
      'results/1-aa.json',
      'pictures/1-aa',
      'pictures/2',
      'given-ids.json',
      'check',
      'notes.txt',
    );
    put(day - 60_000, '3.txt', 'results/3-aa.json', 'pictures/3-aa');
    await run();
    expect(left()).toEqual(['3.txt', 'check', 'given-ids.json', 'notes.txt', 'pictures/3-aa', 'results/3-aa.json']);
    expect(await registry.metrics()).toMatch(/^ekphrasis_orphaned_objects_removed_total 4$/m);
    expect(await registry.metrics()).toMatch(/^ekphrasis_orphaned_objects 0$/m);
  });

  it('keeps all that an image on its way, a described and a failed one need', async () => {
    const keys = ['4.txt', 'results/4-aa.json', 'pictures/5-aa', 'pictures/6-aa', 'pictures/9-aa'];
    put(100 * day, ...keys);
    await addImage(4, { status: 'described', description: 'x', finished_at: new Date(0) });
    await addImage(5, {});
    await addImage(6, failed(29));
    await addImage(9, { ...failed(19), status: 'described', description: 'x' });
    await run();
    expect(left()).toEqual([...keys].sort());
  });

  it('removes what an image left of an earlier life, and pictures that nobody will ask for', async () => {
    put(31 * day, 'results/7-bb.json', 'pictures/7-bb', 'pictures/7-aa', 'pictures/8-aa', 'pictures/9-aa');
    await addImage(7, { status: 'described', description: 'x', finished_at: new Date(0) });
    await addImage(8, failed(31));
    await addImage(9, { ...failed(21), status: 'described', description: 'x' });
    await run();
    expect(left()).toEqual([]);
    const row = await opened.database.selectFrom('images').selectAll().where('id', '=', 8).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ status: 'failed', picture_key: null });
  });

  it('removes originals, results and measured pictures that no row has, and keeps what one needs', async () => {
    const [done, failedJob, gone] = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-1111-1111-1111-111111111111`);
    const job = { operations: ['resize' as const], finished_at: new Date(0) };
    await opened.database
      .insertInto('processing_jobs')
      .values([
        {
          ...job,
          id: done!,
          upload_key: done!,
          status: 'completed',
          result: JSON.stringify({ processed_key: `${done}-aa.png` }) as never,
        },
        { ...job, id: failedJob!, upload_key: failedJob!, status: 'failed', result: '{"error":"x"}' as never },
      ])
      .execute();
    const needed = [
      `processed/${done}-aa.png`,
      `processed/${done}.json`,
      `processed/${failedJob}-cc.png`,
      `uploads/${done}`,
      `uploads/${failedJob}`,
      'uploads/check',
    ];
    const young = `uploads/${gone!.replace('3', '4')}`;
    put(
      day + 60_000,
      ...needed,
      `processed/${done}-bb.png`,
      `processed/${gone}.json`,
      `processed/${gone}-aa.png`,
      `uploads/${gone}`,
      'measured/unknown',
    );
    put(day - 60_000, young);
    await run();
    expect(left()).toEqual([...needed, young].sort());
  });

  it('goes through thousands of objects by pages', async () => {
    put(2 * day, ...Array.from({ length: 2_500 }, (_, index) => `pictures/${index + 1}-aa`));
    for (const id of [1, 1_250, 2_500]) await addImage(id, {});
    await run();
    expect(left()).toEqual(['pictures/1-aa', 'pictures/1250-aa', 'pictures/2500-aa']);
  });

  it('leaves the storage of another system alone', async () => {
    storage.marker = 'theirs';
    put(2 * day, '1.txt');
    await expect(run()).rejects.toMatchObject({ code: 'storage-away' });
    expect(left()).toEqual(['1.txt']);
  });

  it('tells of what it cannot remove', async () => {
    put(2 * day, '1.txt');
    storage.remove = () => Promise.reject(new Error('read-only'));
    await run();
    expect(await registry.metrics()).toMatch(/^ekphrasis_orphaned_objects 1$/m);
  });
});

import { processingJob, processingRequested } from '@ekphrasis/contracts';
import { Registry } from '@ekphrasis/observability';
import { StorageFolder } from '@ekphrasis/storage';
import { ExpiredRows } from '../src/maintenance/expired-rows.js';
import { ExpiredProcessingRepository } from '../src/processing/retention/expired-processing.repository.js';
import { ProcessingRetention } from '../src/processing/retention/processing-retention.js';
import { MemoryStorage } from '../../../test/support/memory-storage.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const idOf = (number: number) => `${String(number).padStart(8, '0')}-1111-4111-8111-111111111111`;

/** Real: the database. */
describe('ProcessingRetention (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let storage: MemoryStorage;
  let registry: Registry;
  let isOurs: boolean;
  let retention: ProcessingRetention;
  let added: number;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of ['processing_jobs', 'dead_letters'] as const) await opened.database.deleteFrom(table).execute();
    storage = new MemoryStorage();
    registry = new Registry();
    isOurs = true;
    added = 0;
    retention = retentionOf(7);
  });

  function retentionOf(days: number): ProcessingRetention {
    const ensure = async () => {
      if (!isOurs) throw new Error('the storage is another system’s');
      return 'ours';
    };
    return new ProcessingRetention(
      new ExpiredProcessingRepository(opened.database),
      { ensureUploads: ensure, ensureProcessed: ensure },
      new ExpiredRows(registry),
      new StorageFolder(storage, 'uploads'),
      new StorageFolder(storage, 'processed'),
      { add: () => void (added += 1) },
      { PROCESSING_RETAIN_DAYS: days },
    );
  }

  async function run(): Promise<void> {
    for await (const page of retention.pages()) expect(page).toBeUndefined();
  }

  async function addJob(number: number, state: object): Promise<void> {
    const id = idOf(number);
    await opened.database
      .insertInto('processing_jobs')
      .values({ id, operations: ['resize'], upload_key: id, ...state })
      .execute();
    storage.objects.set(`uploads/${id}`, Buffer.of(1));
    storage.objects.set(`processed/${id}.json`, Buffer.of(1));
    storage.objects.set(`processed/${id}-aa.png`, Buffer.of(1));
  }
  const completed = (number: number, days: number) => ({
    status: 'completed',
    result: JSON.stringify({ processed_key: `${idOf(number)}-aa.png` }),
    finished_at: daysAgo(days),
  });
  const addLetter = (number: number) =>
    opened.database
      .insertInto('dead_letters')
      .values({
        queue: processingJob.queues.dead.name,
        row_id: idOf(number),
        code: 'c',
        reason: 'r',
        attempts: 1,
        routing_key: processingRequested.routingKey,
        type: processingRequested.type,
        body: Buffer.from(idOf(number)),
      })
      .execute();
  const numbers = async () =>
    (await opened.database.selectFrom('processing_jobs').select('id').orderBy('id').execute()).map(({ id }) =>
      Number(id.slice(0, 8)),
    );
  const keysOf = (number: number) => [...storage.objects.keys()].filter((key) => key.includes(idOf(number)));

  it('removes what ended so long ago, with original, record, result and letter, and nothing else', async () => {
    await addJob(1, completed(1, 8));
    await addJob(2, completed(2, 6));
    await addJob(3, { status: 'failed', result: '{"error":"x"}', finished_at: daysAgo(8) });
    await addJob(4, { status: 'processing', queued_at: daysAgo(30) });
    await addLetter(3);
    await addLetter(4);
    await run();
    expect(await numbers()).toEqual([2, 4]);
    expect(keysOf(1)).toEqual([]);
    // a result that no row names is for the sweep
    expect(keysOf(3)).toEqual([`processed/${idOf(3)}-aa.png`]);
    expect([keysOf(2).length, keysOf(4).length]).toEqual([3, 3]);
    const letters = await opened.database.selectFrom('dead_letters').select('row_id').execute();
    expect(letters).toEqual([{ row_id: idOf(4) }]);
    expect(await registry.metrics()).toMatch(/^ekphrasis_expired_rows_removed_total\{kind="processing-job"\} 2$/m);
  });

  it('goes through hundreds by pages, those of one moment too', async () => {
    const finishedAt = daysAgo(9);
    for (let number = 1; number <= 230; number += 1) {
      await addJob(number, { ...completed(number, 9), finished_at: finishedAt });
    }
    await run();
    expect(await numbers()).toEqual([]);
    expect(storage.objects.size).toBe(0);
  });

  it('keeps the row of a file that cannot be removed, and removes both at a later turn', async () => {
    await addJob(1, completed(1, 8));
    await addJob(2, completed(2, 8));
    const remove = storage.remove.bind(storage);
    storage.remove = (key) => (key === `uploads/${idOf(1)}` ? Promise.reject(new Error('read-only')) : remove(key));
    await run();
    expect(await numbers()).toEqual([1]);
    storage.remove = remove;
    await run();
    expect([await numbers(), storage.objects.size]).toEqual([[], 0]);
  });

  it('removes nothing while storage is away, or another one', async () => {
    await addJob(1, completed(1, 8));
    storage.isAway = true;
    await run();
    expect(await numbers()).toEqual([1]);
    [storage.isAway, isOurs] = [false, false];
    await expect(run()).rejects.toThrow('another system');
    expect(keysOf(1)).toHaveLength(3);
  });

  it('is off where no days are set', () => {
    expect(added).toBe(1);
    registry = new Registry();
    retentionOf(0);
    expect(added).toBe(1);
  });
});

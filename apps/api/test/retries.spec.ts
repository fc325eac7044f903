import { captionRequested } from '@ekphrasis/contracts';
import type { OutboxRelay } from '@ekphrasis/outbox';
import { everyDeadJobs } from './dead-jobs.js';
import { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { DeadLetters } from '../src/dead-letters/dead-letters.service.js';
import { ImageLifecycleRepository } from '../src/images/lifecycle/image-lifecycle.repository.js';
import { RetriesRepository } from '../src/retries/retries.repository.js';
import { Retries } from '../src/retries/retries.service.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. */
describe('Retries (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let retries: Retries;
  let lifecycle: ImageLifecycleRepository;
  let deadLetters: DeadLetters;
  let woken: number;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    const relay = { wake: (count = 1) => void (woken += count) } as Partial<OutboxRelay> as OutboxRelay;
    const { database } = opened;
    lifecycle = new ImageLifecycleRepository(database);
    const letters = new DeadLettersRepository(database);
    deadLetters = new DeadLetters(database, letters, everyDeadJobs(database), relay);
    retries = new Retries(database, new RetriesRepository(database), lifecycle, letters, relay);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    woken = 0;
    for (const table of ['images', 'outbox', 'dead_letters'] as const)
      await opened.database.deleteFrom(table).execute();
  });

  const addFailed = (id: number, code: string, changes: object = {}) =>
    opened.database
      .insertInto('images')
      .values({
        id,
        url: `https://example.org/${id}`,
        nonce: 'first',
        status: 'failed',
        failure_code: code,
        failure_reason: 'x',
        attempts: 5,
        finished_at: new Date(),
        ...changes,
      })
      .execute();
  const rowOf = (id: number) =>
    opened.database.selectFrom('images').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const jobs = async () =>
    (await opened.database.selectFrom('outbox').selectAll().orderBy('id').execute()).map(({ body }) =>
      captionRequested.decode(Buffer.from(body)),
    );

  it('queues a failed image as if it were new, with a nonce of its own, and forgets its letters', async () => {
    await addFailed(1, 'host-not-found', { tag: 'mine', options: JSON.stringify({ captions: 2 }) });
    await deadLetters.keep({
      queue: 'caption.jobs.dead',
      imageId: 1,
      body: Buffer.from('{}'),
      type: 't',
      routingKey: 'k',
      code: 'c',
      reason: 'r',
      attempts: 5,
    });
    await retries.retry(1);
    const row = await rowOf(1);
    expect(row).toMatchObject({
      status: 'queued',
      attempts: 0,
      failure_code: null,
      failure_reason: null,
      started_at: null,
      finished_at: null,
      tag: 'mine',
      requeued_at: expect.any(Date),
    });
    expect(row.nonce).not.toBe('first');
    expect(await jobs()).toEqual([
      expect.objectContaining({ imageId: 1, nonce: row.nonce, url: 'https://example.org/1', options: { captions: 2 } }),
    ]);
    expect(await opened.database.selectFrom('dead_letters').selectAll().execute()).toEqual([]);
    expect(woken).toBe(1);
  });

  it('is changed no more by what its first job still reports', async () => {
    await addFailed(1, 'host-not-found');
    await retries.retry(1);
    await lifecycle.fail([{ imageId: 1, nonce: 'first', attempt: 5, code: 'late', reason: 'x' }]);
    expect(await rowOf(1)).toMatchObject({ status: 'queued', failure_code: null });
  });

  it('tries an uploaded picture again where it lies', async () => {
    await addFailed(1, 'picture-too-slow', { url: null, picture_key: 'pictures/1-first' });
    await retries.retry(1);
    expect(await jobs()).toEqual([
      expect.objectContaining({ pictureKey: 'pictures/1-first', storageId: expect.any(String) }),
    ]);
  });

  it.each([
    ['unknown', 'image-not-found', undefined],
    ['queued', 'image-not-failed', { status: 'queued', finished_at: null }],
    ['described', 'image-not-failed', { status: 'described', description: 'a cat' }],
    ['whose picture is no longer kept', 'picture-removed', { url: null }],
  ])('refuses an image that is %s', async (_, code, changes) => {
    if (changes) await addFailed(1, 'x', changes);
    await expect(retries.retry(1)).rejects.toMatchObject({ code });
    expect(await jobs()).toEqual([]);
  });

  it('queues it once, however many ask at once', async () => {
    await addFailed(1, 'x');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => retries.retry(1)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await jobs()).toHaveLength(1);
  });

  it('queues all of one reason, by pages, up to a limit, the lowest ids first', async () => {
    await opened.database
      .insertInto('images')
      .values(
        Array.from({ length: 1_300 }, (_, index) => ({
          id: index + 1,
          url: 'a',
          status: 'failed' as const,
          failure_code: index % 10 ? 'away' : 'other',
          finished_at: new Date(),
        })),
      )
      .execute();
    expect(await retries.retryAll('away', 2)).toBe(2);
    expect((await jobs()).map(({ imageId }) => imageId)).toEqual([2, 3]);
    const counts = await Promise.all([retries.retryAll('away', 10_000), retries.retryAll('away', 10_000)]);
    expect(counts[0] + counts[1]).toBe(1_168);
    expect(new Set((await jobs()).map(({ nonce }) => nonce)).size).toBe(1_170);
    expect(await retries.retryAll('away', 10_000)).toBe(0);
    const left = await opened.database.selectFrom('images').select('id').where('status', '=', 'failed').execute();
    expect(left).toHaveLength(130);
  });
});

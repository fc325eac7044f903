import { sql } from 'kysely';
import {
  CaptionCompleted,
  CaptionFailed,
  CaptionStarted,
  CaptionWaiting,
  type ImageRecorded,
  type RecordedStatus,
} from '@ekphrasis/contracts';
import type { Publisher } from '@ekphrasis/messaging';
import type { OutboxRelay } from '@ekphrasis/outbox';
import { CompletionRecorder } from '../src/completions/completion-recorder.service.js';
import { ReportedImagesRepository } from '../src/completions/reported-images.repository.js';
import { everyDeadJobs } from './dead-jobs.js';
import { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { DeadLetters } from '../src/dead-letters/dead-letters.service.js';
import { ImageStatusRepository, imageStatusView } from '@ekphrasis/images';
import { ImageLifecycleRepository } from '../src/images/lifecycle/image-lifecycle.repository.js';
import { CaptionQueuePosition } from '../src/lost-jobs/caption-queue-position.js';
import { until } from '../../../test/support/until.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. The broadcast goes to a fake publisher that can fail. */
describe('CompletionRecorder (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let recorder: CompletionRecorder;
  let position: CaptionQueuePosition;
  let lifecycle: ImageLifecycleRepository;
  let letters: DeadLettersRepository;
  let broadcasts: RecordedStatus[][];
  let brokerIsAway: boolean;

  beforeAll(async () => (opened = await openMigratedDatabase()));
  afterAll(() => opened?.close());
  beforeEach(async () => {
    broadcasts = [];
    brokerIsAway = false;
    const publisher = {
      send: async (_contract: unknown, { images }: ImageRecorded) => {
        if (brokerIsAway) throw new Error('the broker is away');
        broadcasts.push(images);
      },
    } as unknown as Publisher;
    const { database } = opened;
    position = new CaptionQueuePosition();
    lifecycle = new ImageLifecycleRepository(database);
    letters = new DeadLettersRepository(database);
    recorder = new CompletionRecorder(lifecycle, new ReportedImagesRepository(database), letters, position, publisher);
    for (const table of ['images', 'dead_letters'] as const) await opened.database.deleteFrom(table).execute();
    await opened.database
      .insertInto('images')
      .values([1, 2, 3].map((id) => ({ id, url: 'https://example.org/a.png', picture_key: null })))
      .execute();
  });

  const startedAt = '2026-01-01T00:00:00.000Z';
  const endedAt = '2026-01-01T00:00:01.000Z';
  const started = (imageId: number, attempt = 1) =>
    Object.assign(new CaptionStarted(), { imageId, attempt, startedAt });
  const completed = (imageId: number, description = 'a cat', attempt = 1) =>
    Object.assign(new CaptionCompleted(), {
      imageId,
      description,
      attempt,
      startedAt,
      completedAt: endedAt,
      confidence: 0.5,
      model: 'small',
    });
  const failed = (imageId: number, code = 'not-found', attempt = 1) =>
    Object.assign(new CaptionFailed(), {
      imageId,
      code,
      reason: 'Nothing is there',
      attempt,
      startedAt,
      failedAt: endedAt,
    });
  const image = async (id: number) => (await new ImageStatusRepository(opened.database).find([id]))[0];

  it('keeps all captions where there are several, and the description alone where there is one', async () => {
    const captions = [
      { text: 'a cat', confidence: 0.5 },
      { text: 'a "dog"\0', confidence: 0.25 },
    ];
    await recorder.record([
      Object.assign(completed(1), { captions }),
      completed(2),
      Object.assign(completed(3), { captions: captions.slice(0, 1) }),
    ]);
    const views = await Promise.all([1, 2, 3].map(async (id) => imageStatusView((await image(id))!)));
    const one = [{ text: 'a cat', confidence: 0.5 }];
    expect(views.map((view) => view.captions)).toEqual([[...one, { text: 'a "dog"', confidence: 0.25 }], one, one]);
    expect(await image(2)).toMatchObject({ captions: null });
    expect(imageStatusView({ ...(await image(2))!, description: null }).captions).toEqual([]);
  });

  it('makes a report durable, then tells every replica', async () => {
    await recorder.record([started(1)]);
    expect(await image(1)).toMatchObject({ status: 'processing', attempts: 1 });
    await recorder.record([completed(1)]);
    expect(await image(1)).toMatchObject({
      status: 'described',
      description: 'a cat',
      confidence: 0.5,
      model: 'small',
    });
    expect(broadcasts).toEqual([
      [{ imageId: 1, status: 'processing' }],
      [{ imageId: 1, status: 'described', clientId: null }],
    ]);
  });

  it('takes no time from a worker’s clock but how long the job took', async () => {
    await sql`UPDATE images SET queued_at = now() - interval '1 minute'`.execute(opened.database);
    const { rows } = await sql<{ now: Date }>`SELECT now()`.execute(opened.database);
    const before = rows[0]!.now.getTime();
    await recorder.record([started(1)]);
    await recorder.record([completed(2), failed(3)]);
    expect((await image(1))!.startedAt!.getTime()).toBeGreaterThanOrEqual(before);
    for (const id of [2, 3]) {
      const { startedAt: began, finishedAt } = (await image(id))!;
      expect(finishedAt!.getTime()).toBeGreaterThanOrEqual(before);
      expect(finishedAt!.getTime() - began!.getTime()).toBe(1_000);
    }
  });

  it.each([
    ['goes back while a job is done', '2026-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
    ['leaps while a job is done', '2025-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ])('has an image begun after it was queued and before it ended where a worker’s clock %s', async (_, from, to) => {
    await recorder.record([Object.assign(completed(1), { startedAt: from, completedAt: to })]);
    const { queuedAt, startedAt: began, finishedAt } = (await image(1))!;
    expect(began!.getTime()).toBeGreaterThanOrEqual(queuedAt.getTime());
    expect(finishedAt!.getTime()).toBeGreaterThanOrEqual(began!.getTime());
  });

  describe('a report of a job that another image had, in a lost life of the database', () => {
    const mine = { nonce: 'aa' };
    const others = { nonce: 'zz' };
    const jobs = async () =>
      (await opened.database.selectFrom('outbox').selectAll().execute()).map(({ body }) => JSON.parse(body) as unknown);

    beforeEach(async () => {
      await opened.database.deleteFrom('outbox').execute();
      await opened.database
        .updateTable('images')
        .set({ ...mine, options: JSON.stringify({ beams: 2 }) as never })
        .execute();
    });

    it('changes nothing, and tells nobody', async () => {
      const before = await Promise.all([1, 2, 3].map(image));
      await recorder.record([
        Object.assign(started(1), others),
        Object.assign(completed(2), others),
        Object.assign(failed(3), others),
        Object.assign(new CaptionWaiting(), { imageIds: [1], nonces: ['zz'] }),
      ]);
      expect(await Promise.all([1, 2, 3].map(image))).toEqual(before);
      const rows = await opened.database.selectFrom('images').select('requeued_at').execute();
      expect(rows).toEqual([1, 2, 3].map(() => ({ requeued_at: null })));
      expect(broadcasts).toEqual([]);
    });

    it('takes nothing from the image’s own report that comes with it, whichever is first', async () => {
      await recorder.record([
        Object.assign(completed(1), mine),
        Object.assign(completed(1, 'a dog'), others),
        Object.assign(completed(2, 'a dog'), others),
        Object.assign(completed(2), mine),
        Object.assign(failed(3), others),
        Object.assign(started(3), mine),
      ]);
      for (const id of [1, 2]) expect(await image(id)).toMatchObject({ status: 'described', description: 'a cat' });
      expect(await image(3)).toMatchObject({ status: 'processing' });
      expect(broadcasts.flat()).toHaveLength(3);
    });

    it.each(['queued', 'processing', 'described'] as const)(
      'sends the job of the image, which is %s, again: it puts the result file right',
      async (status) => {
        if (status === 'processing') await recorder.record([Object.assign(started(1), mine)]);
        if (status === 'described') await recorder.record([Object.assign(completed(1), mine)]);
        await recorder.record([Object.assign(completed(1, 'a dog'), others)]);
        expect(await image(1)).toMatchObject({ status });
        expect(await jobs()).toEqual([expect.objectContaining({ imageId: 1, nonce: 'aa', options: { beams: 2 } })]);
      },
    );

    it('sends no job again of an image that has failed, or is reported by its own job', async () => {
      await recorder.record([Object.assign(failed(1), mine), Object.assign(completed(2), mine)]);
      await recorder.record([Object.assign(completed(1), others), Object.assign(completed(2), mine)]);
      expect(await jobs()).toEqual([]);
      expect(await image(1)).toMatchObject({ status: 'failed' });
    });

    it('is told from one of an earlier version, which has no nonce and counts', async () => {
      await opened.database.updateTable('images').set({ nonce: null }).where('id', '=', 2).execute();
      await recorder.record([
        completed(1),
        Object.assign(completed(2), others),
        Object.assign(new CaptionWaiting(), { imageIds: [3] }),
      ]);
      for (const id of [1, 2]) expect(await image(id)).toMatchObject({ status: 'described' });
      const row = await opened.database
        .selectFrom('images')
        .select('requeued_at')
        .where('id', '=', 3)
        .executeTakeFirst();
      expect(row).toEqual({ requeued_at: expect.any(Date) });
    });
  });

  it('lets two replicas record the same reports at once, in whatever order they came', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => index + 1);
    const others = ids.slice(3).map((id) => ({ id, url: 'https://example.org/a.png', picture_key: null }));
    await opened.database.insertInto('images').values(others).execute();
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      const reports = ids.map((id) => started(id, attempt));
      await Promise.all([recorder.record(reports), recorder.record(reports.toReversed())]);
    }
    expect(await image(300)).toMatchObject({ attempts: 20 });
  });

  it('changes nothing when the same report comes again, and tells again', async () => {
    await recorder.record([completed(1)]);
    const before = await image(1);
    await recorder.record([completed(1)]);
    expect(await image(1)).toEqual(before);
    expect(broadcasts).toEqual([
      [{ imageId: 1, status: 'described', clientId: null }],
      [{ imageId: 1, status: 'described', clientId: null }],
    ]);
  });

  it('never overwrites the first description', async () => {
    await recorder.record([completed(1, 'a cat')]);
    await recorder.record([completed(1, 'a dog', 2)]);
    await recorder.record([failed(1)]);
    await recorder.record([started(1, 3)]);
    expect(await image(1)).toMatchObject({ status: 'described', description: 'a cat', attempts: 1, failureCode: null });
  });

  it('keeps a failure with its reason, unless a description comes after all', async () => {
    await recorder.record([failed(1)]);
    expect(await image(1)).toMatchObject({
      status: 'failed',
      failureCode: 'not-found',
      failureReason: 'Nothing is there',
      finishedAt: expect.any(Date),
    });
    await recorder.record([started(1, 2)]);
    expect(await image(1)).toMatchObject({ status: 'failed' });
    await recorder.record([completed(1, 'a cat', 2)]);
    expect(await image(1)).toMatchObject({ status: 'described', failureCode: null, failureReason: null });
  });

  it('records and tells once more when the broadcast failed after the commit', async () => {
    brokerIsAway = true;
    await expect(recorder.record([completed(1), failed(2)])).rejects.toThrow('the broker is away');
    expect(await image(1)).toMatchObject({ status: 'described' });
    brokerIsAway = false;
    await recorder.record([completed(1), failed(2)]);
    expect(broadcasts.flat()).toEqual(
      expect.arrayContaining([
        { imageId: 1, status: 'described', clientId: null },
        { imageId: 2, status: 'failed' },
      ]),
    );
  });

  it('takes several reports of one image in one batch, in any order', async () => {
    await recorder.record([
      completed(1),
      started(1),
      started(1, 2),
      completed(1, 'a cat'),
      failed(2),
      completed(2),
      started(3),
    ]);
    expect(await image(1)).toMatchObject({ status: 'described', description: 'a cat' });
    expect(await image(2)).toMatchObject({ status: 'described' });
    expect(await image(3)).toMatchObject({ status: 'processing' });
  });

  it('does not go back to an earlier attempt', async () => {
    await recorder.record([started(1, 3)]);
    await recorder.record([started(1, 2)]);
    expect(await image(1)).toMatchObject({ attempts: 3 });
  });

  it('passes over images that are not known, and tells nothing of them', async () => {
    await recorder.record([completed(99), failed(98), started(97)]);
    expect(broadcasts).toEqual([]);
  });

  it('keeps texts that PostgreSQL cannot hold, without what it cannot hold', async () => {
    await recorder.record([completed(1, 'a\0 cat “and” 🐈')]);
    expect(await image(1)).toMatchObject({ description: 'a cat “and” 🐈' });
  });

  it('tells how far workers have come: to the newest image that was changed, by when it was queued first', async () => {
    const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n));
    for (const id of [1, 2, 3]) {
      await opened.database
        .updateTable('images')
        .set({ queued_at: minute(id) })
        .where('id', '=', id)
        .execute();
    }
    const reached = () => {
      position.sample();
      return position.before(0);
    };
    await recorder.record([completed(99)]);
    expect(reached()).toBeUndefined();
    await recorder.record([started(1)]);
    expect(reached()).toEqual(minute(1));
    await recorder.record([completed(2), failed(1)]);
    expect(reached()).toEqual(minute(2));
    await recorder.record([completed(1)]);
    expect(reached()).toEqual(minute(2));
    await opened.database
      .updateTable('images')
      .set({ requeued_at: minute(9) })
      .execute();
    await recorder.record([failed(3)]);
    expect(reached()).toEqual(minute(3));
  });

  describe('a dead letter', () => {
    const letterOf = (imageId: number) => ({
      queue: 'caption.jobs.dead',
      imageId,
      body: Buffer.from('{}'),
      type: 'caption.requested.v1',
      routingKey: 'caption.requested',
      code: 'attempts-exhausted',
      reason: 'Its worker was lost',
      attempts: 5,
    });
    const listed = async () => (await letters.list(0, 10)).map(({ imageId }) => imageId);

    it('goes when its image is described all the same; those of others stay', async () => {
      const deadLetters = new DeadLetters(opened.database, letters, everyDeadJobs(opened.database), {} as OutboxRelay);
      for (const id of [1, 2, 3]) await deadLetters.keep(letterOf(id));
      await recorder.record([completed(1), failed(2), started(3)]);
      expect(await listed()).toEqual([2, 3]);
    });

    it('goes with the report that comes again after a crash right behind the commit', async () => {
      await recorder.record([completed(1)]);
      await opened.database
        .insertInto('dead_letters')
        .values(rowOf(letterOf(1)))
        .execute();
      await recorder.record([completed(1)]);
      expect(await listed()).toEqual([]);
    });

    it('goes although it is being kept while the description is recorded', async () => {
      let finish: () => void = () => undefined;
      const kept = opened.database.transaction().execute(async (transaction) => {
        await sql`SELECT 1 FROM images WHERE id = 1 FOR UPDATE`.execute(transaction);
        const held = new Promise<void>((resolve) => (finish = resolve));
        await transaction
          .insertInto('dead_letters')
          .values(rowOf(letterOf(1)))
          .execute();
        await held;
      });
      await until('the image is locked', () => finish.length === 1);
      const recorded = recorder.record([completed(1)]);
      await until('the description waits for the lock', async () => {
        const { rows } = await sql`SELECT 1 FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(opened.database);
        return rows.length > 0;
      });
      finish();
      await Promise.all([kept, recorded]);
      expect(await image(1)).toMatchObject({ status: 'described' });
      expect(await listed()).toEqual([]);
    });

    const rowOf = ({ imageId, routingKey, ...letter }: ReturnType<typeof letterOf>) => ({
      ...letter,
      image_id: imageId,
      routing_key: routingKey,
    });
  });
});

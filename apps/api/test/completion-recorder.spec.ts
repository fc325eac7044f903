import { sql } from 'kysely';
import type { RecordedStatus } from '@ekphrasis/contracts';
import { imageStatusView } from '@ekphrasis/images';
import type { CompletionRecorder } from '../src/completions/completion-recorder.service.js';
import { completed, failed, started } from './caption-reports.js';
import { RecordingSystem } from './recording-system.js';

/** Real: the database. The broadcast goes to a fake publisher that can fail. Reports that come late are in late-reports.spec.ts. */
describe('CompletionRecorder (real: PostgreSQL)', () => {
  let system: RecordingSystem;
  let recorder: CompletionRecorder;
  let broadcasts: RecordedStatus[][];

  beforeAll(async () => (system = await RecordingSystem.open()));
  afterAll(() => system?.close());
  beforeEach(async () => ({ recorder, broadcasts } = await system.begin()));

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
    const views = await Promise.all([1, 2, 3].map(async (id) => imageStatusView((await system.image(id))!)));
    const one = [{ text: 'a cat', confidence: 0.5 }];
    expect(views.map((view) => view.captions)).toEqual([[...one, { text: 'a "dog"', confidence: 0.25 }], one, one]);
    expect(await system.image(2)).toMatchObject({ captions: null });
    expect(imageStatusView({ ...(await system.image(2))!, description: null }).captions).toEqual([]);
  });

  it('makes a report durable, then tells every replica', async () => {
    await recorder.record([started(1)]);
    expect(await system.image(1)).toMatchObject({ status: 'processing', attempts: 1 });
    await recorder.record([completed(1)]);
    expect(await system.image(1)).toMatchObject({
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
    await sql`UPDATE images SET queued_at = now() - interval '1 minute'`.execute(system.database);
    const { rows } = await sql<{ now: Date }>`SELECT now()`.execute(system.database);
    const before = rows[0]!.now.getTime();
    await recorder.record([started(1)]);
    await recorder.record([completed(2), failed(3)]);
    expect((await system.image(1))!.startedAt!.getTime()).toBeGreaterThanOrEqual(before);
    for (const id of [2, 3]) {
      const { startedAt: began, finishedAt } = (await system.image(id))!;
      expect(finishedAt!.getTime()).toBeGreaterThanOrEqual(before);
      expect(finishedAt!.getTime() - began!.getTime()).toBe(1_000);
    }
  });

  it.each([
    ['goes back while a job is done', '2026-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
    ['leaps while a job is done', '2025-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ])('has an image begun after it was queued and before it ended where a worker’s clock %s', async (_, from, to) => {
    await recorder.record([Object.assign(completed(1), { startedAt: from, completedAt: to })]);
    const { queuedAt, startedAt: began, finishedAt } = (await system.image(1))!;
    expect(began!.getTime()).toBeGreaterThanOrEqual(queuedAt.getTime());
    expect(finishedAt!.getTime()).toBeGreaterThanOrEqual(began!.getTime());
  });

  it('lets two replicas record the same reports at once, in whatever order they came', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => index + 1);
    const others = ids.slice(3).map((id) => ({ id, url: 'https://example.org/a.png', picture_key: null }));
    await system.database.insertInto('images').values(others).execute();
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      const reports = ids.map((id) => started(id, attempt));
      await Promise.all([recorder.record(reports), recorder.record(reports.toReversed())]);
    }
    expect(await system.image(300)).toMatchObject({ attempts: 20 });
  });

  it('changes nothing when the same report comes again, and tells again', async () => {
    await recorder.record([completed(1)]);
    const before = await system.image(1);
    await recorder.record([completed(1)]);
    expect(await system.image(1)).toEqual(before);
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
    expect(await system.image(1)).toMatchObject({
      status: 'described',
      description: 'a cat',
      attempts: 1,
      failureCode: null,
    });
  });

  it('keeps a failure with its reason, unless a description comes after all', async () => {
    await recorder.record([failed(1)]);
    expect(await system.image(1)).toMatchObject({
      status: 'failed',
      failureCode: 'not-found',
      failureReason: 'Nothing is there',
      finishedAt: expect.any(Date),
    });
    await recorder.record([started(1, 2)]);
    expect(await system.image(1)).toMatchObject({ status: 'failed' });
    await recorder.record([completed(1, 'a cat', 2)]);
    expect(await system.image(1)).toMatchObject({ status: 'described', failureCode: null, failureReason: null });
  });

  it('records and tells once more when the broadcast failed after the commit', async () => {
    system.brokerIsAway = true;
    await expect(recorder.record([completed(1), failed(2)])).rejects.toThrow('the broker is away');
    expect(await system.image(1)).toMatchObject({ status: 'described' });
    system.brokerIsAway = false;
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
    expect(await system.image(1)).toMatchObject({ status: 'described', description: 'a cat' });
    expect(await system.image(2)).toMatchObject({ status: 'described' });
    expect(await system.image(3)).toMatchObject({ status: 'processing' });
  });

  it('does not go back to an earlier attempt', async () => {
    await recorder.record([started(1, 3)]);
    await recorder.record([started(1, 2)]);
    expect(await system.image(1)).toMatchObject({ attempts: 3 });
  });

  it('passes over images that are not known, and tells nothing of them', async () => {
    await recorder.record([completed(99), failed(98), started(97)]);
    expect(broadcasts).toEqual([]);
  });

  it('keeps texts that PostgreSQL cannot hold, without what it cannot hold', async () => {
    await recorder.record([completed(1, 'a\0 cat “and” 🐈')]);
    expect(await system.image(1)).toMatchObject({ description: 'a cat “and” 🐈' });
  });

  it('tells how far workers have come: to the newest image that was changed, by when it was queued first', async () => {
    const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n));
    for (const id of [1, 2, 3]) {
      await system.database
        .updateTable('images')
        .set({ queued_at: minute(id) })
        .where('id', '=', id)
        .execute();
    }
    const reached = () => {
      system.position.sample();
      return system.position.before(0);
    };
    await recorder.record([completed(99)]);
    expect(reached()).toBeUndefined();
    await recorder.record([started(1)]);
    expect(reached()).toEqual(minute(1));
    await recorder.record([completed(2), failed(1)]);
    expect(reached()).toEqual(minute(2));
    await recorder.record([completed(1)]);
    expect(reached()).toEqual(minute(2));
    await system.database
      .updateTable('images')
      .set({ requeued_at: minute(9) })
      .execute();
    await recorder.record([failed(3)]);
    expect(reached()).toEqual(minute(3));
  });
});

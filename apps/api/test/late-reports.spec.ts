import { sql } from 'kysely';
import { CaptionWaiting, type RecordedStatus } from '@ekphrasis/contracts';
import type { OutboxRelay } from '@ekphrasis/outbox';
import { until } from '../../../test/support/until.js';
import type { CompletionRecorder } from '../src/completions/completion-recorder.service.js';
import type { FoundDeadLetter } from '../src/dead-letters/dead-letters.repository.js';
import { DeadLetters } from '../src/dead-letters/dead-letters.service.js';
import { completed, failed, started } from './caption-reports.js';
import { everyDeadJobs } from './dead-jobs.js';
import { lostJobLetter } from './dead-letters-system.js';
import { RecordingSystem } from './recording-system.js';

/** Real: the database. Of reports whose image has another job by now, and of descriptions of images whose job is dead. */
describe('reports that come late (real: PostgreSQL)', () => {
  let system: RecordingSystem;
  let recorder: CompletionRecorder;
  let broadcasts: RecordedStatus[][];

  beforeAll(async () => (system = await RecordingSystem.open()));
  afterAll(() => system?.close());
  beforeEach(async () => ({ recorder, broadcasts } = await system.begin()));

  describe('a report of a job that another image had, in a lost life of the database', () => {
    const mine = { nonce: 'aa' };
    const others = { nonce: 'zz' };
    const jobs = async () =>
      (await system.database.selectFrom('outbox').selectAll().execute()).map(({ body }) => JSON.parse(body) as unknown);

    beforeEach(async () => {
      await system.database
        .updateTable('images')
        .set({ ...mine, options: JSON.stringify({ beams: 2 }) as never })
        .execute();
    });

    it('changes nothing, and tells nobody', async () => {
      const before = await Promise.all([1, 2, 3].map((id) => system.image(id)));
      await recorder.record([
        Object.assign(started(1), others),
        Object.assign(completed(2), others),
        Object.assign(failed(3), others),
        Object.assign(new CaptionWaiting(), { imageIds: [1], nonces: ['zz'] }),
      ]);
      expect(await Promise.all([1, 2, 3].map((id) => system.image(id)))).toEqual(before);
      const rows = await system.database.selectFrom('images').select('requeued_at').execute();
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
      for (const id of [1, 2])
        expect(await system.image(id)).toMatchObject({ status: 'described', description: 'a cat' });
      expect(await system.image(3)).toMatchObject({ status: 'processing' });
      expect(broadcasts.flat()).toHaveLength(3);
    });

    it.each(['queued', 'processing', 'described'] as const)(
      'sends the job of the image, which is %s, again: it puts the result file right',
      async (status) => {
        if (status === 'processing') await recorder.record([Object.assign(started(1), mine)]);
        if (status === 'described') await recorder.record([Object.assign(completed(1), mine)]);
        await recorder.record([Object.assign(completed(1, 'a dog'), others)]);
        expect(await system.image(1)).toMatchObject({ status });
        expect(await jobs()).toEqual([expect.objectContaining({ imageId: 1, nonce: 'aa', options: { beams: 2 } })]);
      },
    );

    it('sends no job again of an image that has failed, or is reported by its own job', async () => {
      await recorder.record([Object.assign(failed(1), mine), Object.assign(completed(2), mine)]);
      await recorder.record([Object.assign(completed(1), others), Object.assign(completed(2), mine)]);
      expect(await jobs()).toEqual([]);
      expect(await system.image(1)).toMatchObject({ status: 'failed' });
    });

    it('is told from one of an earlier version, which has no nonce and counts', async () => {
      await system.database.updateTable('images').set({ nonce: null }).where('id', '=', 2).execute();
      await recorder.record([
        completed(1),
        Object.assign(completed(2), others),
        Object.assign(new CaptionWaiting(), { imageIds: [3] }),
      ]);
      for (const id of [1, 2]) expect(await system.image(id)).toMatchObject({ status: 'described' });
      const row = await system.database
        .selectFrom('images')
        .select('requeued_at')
        .where('id', '=', 3)
        .executeTakeFirst();
      expect(row).toEqual({ requeued_at: expect.any(Date) });
    });
  });

  describe('a dead letter', () => {
    const listed = async () => (await system.letters.list(0, 10)).map(({ imageId }) => imageId);

    it('goes when its image is described all the same; those of others stay', async () => {
      const deadLetters = new DeadLetters(
        system.database,
        system.letters,
        everyDeadJobs(system.database),
        {} as OutboxRelay,
      );
      for (const id of [1, 2, 3]) await deadLetters.keep(lostJobLetter(id));
      await recorder.record([completed(1), failed(2), started(3)]);
      expect(await listed()).toEqual([2, 3]);
    });

    it('goes with the report that comes again after a crash right behind the commit', async () => {
      await recorder.record([completed(1)]);
      await system.database
        .insertInto('dead_letters')
        .values(rowOf(lostJobLetter(1)))
        .execute();
      await recorder.record([completed(1)]);
      expect(await listed()).toEqual([]);
    });

    it('goes although it is being kept while the description is recorded', async () => {
      let finish: () => void = () => undefined;
      const kept = system.database.transaction().execute(async (transaction) => {
        await sql`SELECT 1 FROM images WHERE id = 1 FOR UPDATE`.execute(transaction);
        const held = new Promise<void>((resolve) => (finish = resolve));
        await transaction
          .insertInto('dead_letters')
          .values(rowOf(lostJobLetter(1)))
          .execute();
        await held;
      });
      await until('the image is locked', () => finish.length === 1);
      const recorded = recorder.record([completed(1)]);
      await until('the description waits for the lock', async () => {
        const { rows } = await sql`SELECT 1 FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(system.database);
        return rows.length > 0;
      });
      finish();
      await Promise.all([kept, recorded]);
      expect(await system.image(1)).toMatchObject({ status: 'described' });
      expect(await listed()).toEqual([]);
    });

    const rowOf = ({ imageId, routingKey, ...letter }: FoundDeadLetter) => ({
      ...letter,
      image_id: imageId,
      routing_key: routingKey,
    });
  });
});

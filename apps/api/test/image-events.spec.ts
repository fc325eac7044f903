import { CaptionCompleted, CaptionFailed, imageDescribed, imageFailed } from '@ekphrasis/contracts';
import type { OutboxRelay } from '@ekphrasis/outbox';
import { everyDeadJobs } from './dead-jobs.js';
import { lostJobLetter } from './dead-letters-system.js';
import { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { DeadLetters } from '../src/dead-letters/dead-letters.service.js';
import { ImageLifecycleRepository } from '../src/images/lifecycle/image-lifecycle.repository.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. What is appended stays in the outbox: nothing relays it. */
describe('the event of an image that has ended (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let lifecycle: ImageLifecycleRepository;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    lifecycle = new ImageLifecycleRepository(opened.database);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of ['images', 'outbox', 'dead_letters'] as const) {
      await opened.database.deleteFrom(table).execute();
    }
    await opened.database
      .insertInto('images')
      .values([
        { id: 1, url: 'a', client_id: 'client "1"', tag: 'mine', options: JSON.stringify({ beams: 2 }) as never },
        { id: 2, url: 'a' },
      ])
      .execute();
  });

  const startedAt = '2026-01-01T00:00:00.000Z';
  const endedAt = '2026-01-01T00:00:01.000Z';
  const captions = [
    { text: 'a "cat" 🐈', confidence: 0.5 },
    { text: 'a dog', confidence: 0.25 },
  ];
  const completed = (imageId: number) =>
    Object.assign(new CaptionCompleted(), {
      imageId,
      description: 'a "cat" 🐈',
      confidence: 0.5,
      captions,
      model: 'small',
      attempt: 2,
      startedAt,
      completedAt: endedAt,
    });
  const failed = (imageId: number) =>
    Object.assign(new CaptionFailed(), { imageId, code: 'not-found', reason: 'Nothing\0 is there', attempt: 1 });
  const row = (id: number) =>
    opened.database.selectFrom('images').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const events = async () =>
    (await opened.database.selectFrom('outbox').selectAll().orderBy('id').execute()).map(
      ({ routing_key: routingKey, type, body }) => {
        const contract = [imageDescribed, imageFailed].find((known) => known.routingKey === routingKey)!;
        expect(type).toBe(contract.type);
        return { routingKey, ...contract.decode(Buffer.from(body)) };
      },
    );
  const ended = async () => {
    const { queued_at: queuedAt, started_at: began, finished_at: finishedAt } = await row(1);
    return {
      eventId: expect.stringMatching(/^[\da-f-]{36}$/),
      clientId: 'client "1"',
      imageId: 1,
      tag: 'mine',
      options: { beams: 2 },
      queuedAt: queuedAt.toISOString(),
      startedAt: began?.toISOString() ?? null,
      finishedAt: finishedAt!.toISOString(),
    };
  };

  it('holds the words of a client’s image, and there is none of an image without a client', async () => {
    await lifecycle.describe([completed(1), completed(2)]);
    expect((await row(2)).status).toBe('described');
    expect(await events()).toEqual([
      {
        ...(await ended()),
        routingKey: 'image.described',
        attempts: 2,
        description: 'a "cat" 🐈',
        confidence: 0.5,
        captions,
        model: 'small',
      },
    ]);
  });

  it('holds code and reason where the client’s image failed, and there is none of an image without a client', async () => {
    await lifecycle.fail([failed(1), failed(2)]);
    expect((await row(2)).status).toBe('failed');
    expect(await events()).toEqual([
      {
        ...(await ended()),
        routingKey: 'image.failed',
        attempts: 1,
        code: 'not-found',
        reason: 'Nothing is there',
      },
    ]);
  });

  it('comes once, however often the report does, and once more where a description comes after all', async () => {
    for (let times = 0; times < 2; times += 1) await lifecycle.fail([failed(1)]);
    for (let times = 0; times < 2; times += 1) await lifecycle.describe([completed(1)]);
    await lifecycle.fail([failed(1)]);
    const told = await events();
    expect(told.map(({ routingKey }) => routingKey)).toEqual(['image.failed', 'image.described']);
    expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(2);
  });

  it('is undone with what it tells of', async () => {
    const undone = opened.database.transaction().execute(async (transaction) => {
      await lifecycle.describe([completed(1)], transaction);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await events()).toEqual([]);
    expect((await row(1)).status).toBe('queued');
  });

  it.each([
    [1, 1],
    [2, 0],
  ])('comes with the dead letter of image %i: %i', async (imageId, count) => {
    const letters = new DeadLettersRepository(opened.database);
    await new DeadLetters(opened.database, letters, everyDeadJobs(opened.database), {} as OutboxRelay).keep(
      lostJobLetter(imageId),
    );
    const told = await events();
    expect(told).toHaveLength(count);
    for (const event of told) {
      expect(event).toMatchObject({ code: 'attempts-exhausted', attempts: 5, startedAt: null });
    }
    expect((await row(imageId)).status).toBe('failed');
  });
});

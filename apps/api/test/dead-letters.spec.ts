import { sql } from 'kysely';
import { captionRequested, renditionJobs, topology } from '@ekphrasis/contracts';
import type { OutboxRelay } from '@ekphrasis/outbox';
import type { Publisher } from '@ekphrasis/messaging';
import { everyDeadJobs } from './dead-jobs.js';
import { DeadLettersRepository, type FoundDeadLetter } from '../src/dead-letters/dead-letters.repository.js';
import { DeadLetters } from '../src/dead-letters/dead-letters.service.js';
import { ImageStatusRepository } from '@ekphrasis/images';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. */
describe('DeadLetters (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let repository: DeadLettersRepository;
  let deadLetters: DeadLetters;
  let woken: number;
  let told: unknown[];

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    const { database } = opened;
    const relay = { wake: () => void (woken += 1) } as Partial<OutboxRelay> as OutboxRelay;
    const publisher = { send: async (_: unknown, message: unknown) => void told.push(message) } as unknown as Publisher;
    repository = new DeadLettersRepository(database);
    deadLetters = new DeadLetters(database, repository, everyDeadJobs(database, publisher), relay);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    woken = 0;
    told = [];
    for (const table of ['images', 'outbox', 'dead_letters'] as const)
      await opened.database.deleteFrom(table).execute();
    await opened.database
      .insertInto('images')
      .values({ id: 1, url: 'https://example.org/a.png', picture_key: null })
      .execute();
  });

  const body = captionRequested.encode({
    imageId: 1,
    url: 'https://example.org/a.png',
    requestedAt: '2026-01-01T00:00:00.000Z',
  });
  const letter: FoundDeadLetter = {
    queue: 'caption.jobs.dead',
    imageId: 1,
    body,
    type: 'caption.requested.v1',
    routingKey: 'caption.requested',
    code: 'http-server-error',
    reason: 'The server answered 503\0',
    attempts: 5,
  };
  const unreadable = { ...letter, imageId: undefined, body: Buffer.from([0xff, 0, 1]) };
  const queueOf = (name: string) => deadLetters.queues.find(({ queue }) => queue === name)!;
  const image = async () => (await new ImageStatusRepository(opened.database).find([1]))[0];

  it('keeps a dead job and ends its image as failed, with the reason', async () => {
    expect(await deadLetters.keep(letter)).toBe(true);
    expect(await image()).toMatchObject({ status: 'failed', failureCode: 'http-server-error', attempts: 5 });
    expect(await repository.list(0, 10)).toEqual([
      expect.objectContaining({
        imageId: 1,
        code: 'http-server-error',
        reason: 'The server answered 503',
        attempts: 5,
      }),
    ]);
    expect(await repository.count()).toBe(1);
  });

  it('keeps what is no job, which cannot be sent again', async () => {
    expect(await deadLetters.keep(unreadable)).toBe(false);
    const [listed] = await repository.list(0, 10);
    expect(listed).toMatchObject({ imageId: null });
    await expect(deadLetters.redeliver(listed!.id)).rejects.toMatchObject({ code: 'dead-letter-unreadable' });
    expect(await repository.count()).toBe(1);
  });

  it('knows the queues of every kind of job and of events, and does not start where nobody knows what their letters mean', () => {
    expect(deadLetters.queues.map(({ queue }) => queue)).toEqual(
      topology.queues.map(({ name }) => name).filter((name) => name.endsWith('.dead')),
    );
    expect(() => new DeadLetters(opened.database, repository, [], {} as OutboxRelay)).toThrow(
      /dead letters of caption.jobs.dead/,
    );
  });

  it('takes a job from its queue: its image has failed, and that is told', async () => {
    await deadLetters.take(queueOf('caption.jobs.dead'), { ...letter, givenBack: false });
    expect(await image()).toMatchObject({ status: 'failed' });
    expect(told).toEqual([{ images: [{ imageId: 1, status: 'failed' }] }]);
  });

  it.each([false, true])(
    'forgets a job for which nothing waits, whether its worker gave it back: %s',
    async (givenBack) => {
      const { request, queues } = renditionJobs.thumbnail;
      const dead = { ...letter, type: request.type, routingKey: request.routingKey };
      await deadLetters.take(queueOf(queues.dead.name), { ...dead, givenBack });
      expect(await repository.count()).toBe(0);
      expect(await image()).toMatchObject({ status: 'queued' });
      expect(await opened.database.selectFrom('outbox').selectAll().execute()).toEqual([]);
      expect(told).toEqual([]);
    },
  );

  describe('of events', () => {
    const event = {
      body: Buffer.from('{"eventId":"e-1","clientId":"c-1","news":"of a later version"}'),
      type: 'image.described.v2',
      routingKey: 'image.described',
      code: 'malformed-message',
      reason: 'Unknown type',
      attempts: 1,
      givenBack: false,
    };
    const take = (changes: object) => deadLetters.take(queueOf('notifier.events.dead'), { ...event, ...changes });

    it('are kept once an event, shown to the operator alone, and sent again as they were', async () => {
      await take({});
      await take({ reason: 'Still unknown' });
      expect(await repository.list(0, 10, { client: undefined })).toEqual([]);
      const letters = await repository.list(0, 10);
      expect(letters).toEqual([
        expect.objectContaining({ queue: 'notifier.events.dead', imageId: null, reason: 'Still unknown' }),
      ]);
      expect(await deadLetters.redeliver(letters[0]!.id)).toEqual({ event_id: 'e-1' });
      const { rows } = await sql`SELECT routing_key, type, body FROM outbox`.execute(opened.database);
      expect(rows).toEqual([{ routing_key: 'image.described', type: event.type, body: event.body.toString() }]);
      expect([woken, await repository.count()]).toEqual([1, 0]);
    });

    it.each(['{"clientId":"c-1"}', 'no JSON', 'null', '{"eventId":7}'])(
      'that are %s cannot be sent again',
      async (text) => {
        await take({ body: Buffer.from(text) });
        const [kept] = await repository.list(0, 10);
        await expect(deadLetters.redeliver(kept!.id)).rejects.toMatchObject({ code: 'dead-letter-unreadable' });
        expect(await repository.count()).toBe(1);
      },
    );
  });

  it('takes a report from its queue: its image stays as it is, and nothing is told', async () => {
    const report = { ...letter, body: Buffer.from('{"imageId":1}'), type: 'caption.completed.v1', givenBack: false };
    await deadLetters.take(queueOf('api.completions.dead'), report);
    expect(await image()).toMatchObject({ status: 'queued' });
    expect(await repository.list(0, 10)).toEqual([
      expect.objectContaining({ imageId: 1, queue: 'api.completions.dead' }),
    ]);
    expect(told).toEqual([]);
  });

  it('puts a job that was given back into the outbox, as queued anew', async () => {
    await deadLetters.take(queueOf('caption.jobs.dead'), { ...letter, givenBack: true });
    expect(woken).toBe(1);
    const { rows } = await sql`SELECT routing_key, type, body FROM outbox`.execute(opened.database);
    expect(rows).toEqual([
      { routing_key: 'caption.requested', type: 'caption.requested.v1', body: expect.stringContaining('"imageId":1,') },
    ]);
    expect(await image()).toMatchObject({ status: 'queued' });
    const { requeued_at: requeuedAt } = await opened.database
      .selectFrom('images')
      .select('requeued_at')
      .executeTakeFirstOrThrow();
    expect(requeuedAt).toBeInstanceOf(Date);
    expect(await repository.count()).toBe(0);
  });

  it('sends no job again whose image has ended', async () => {
    await deadLetters.keep(letter);
    await deadLetters.take(queueOf('caption.jobs.dead'), { ...letter, givenBack: true });
    expect(woken).toBe(0);
    const { rows } = await sql`SELECT 1 FROM outbox`.execute(opened.database);
    expect(rows).toHaveLength(0);
  });

  it('keeps a letter once however often it comes, with the newest reason', async () => {
    await deadLetters.keep(letter);
    const [first] = await repository.list(0, 10);
    // as after a crash between the commit and the ack: the image is told again
    expect(await deadLetters.keep({ ...letter, code: 'connection-failed', reason: 'Nobody listens' })).toBe(true);
    await Promise.all(
      Array.from({ length: 10 }, () =>
        deadLetters.keep({ ...letter, code: 'connection-failed', reason: 'Nobody listens' }),
      ),
    );
    expect(await repository.list(0, 10)).toEqual([
      expect.objectContaining({ id: first!.id, imageId: 1, code: 'connection-failed', reason: 'Nobody listens' }),
    ]);
  });

  it('keeps what is no job once a body and queue', async () => {
    await Promise.all(Array.from({ length: 5 }, () => deadLetters.keep(unreadable)));
    await deadLetters.keep({ ...unreadable, reason: 'Still no JSON' });
    await deadLetters.keep({ ...unreadable, body: Buffer.from([0xff, 0, 2]) });
    await deadLetters.keep({ ...unreadable, queue: 'api.completions.dead' });
    expect((await repository.list(0, 10)).map(({ queue, reason }) => [queue, reason])).toEqual([
      ['caption.jobs.dead', 'Still no JSON'],
      ['caption.jobs.dead', 'The server answered 503'],
      ['api.completions.dead', 'The server answered 503'],
    ]);
  });

  it('keeps no letter about an image that has a description, and leaves that as it is', async () => {
    await opened.database.updateTable('images').set({ status: 'described', description: 'a cat' }).execute();
    expect(await deadLetters.keep(letter)).toBe(false);
    expect(await image()).toMatchObject({ status: 'described', description: 'a cat' });
    expect(await repository.count()).toBe(0);
  });

  it('keeps none of a job that another image had, and sends the image’s own job again', async () => {
    await opened.database.updateTable('images').set({ nonce: 'aa' }).execute();
    expect(await deadLetters.keep({ ...letter, nonce: 'zz' })).toBe(false);
    expect(await image()).toMatchObject({ status: 'queued' });
    expect(await repository.count()).toBe(0);
    const [own] = await opened.database.selectFrom('outbox').selectAll().execute();
    expect(JSON.parse(own!.body)).toMatchObject({ imageId: 1, nonce: 'aa' });
    expect(await deadLetters.keep({ ...letter, nonce: 'aa' })).toBe(true);
  });

  it('leaves an image alone that came to have the id of a letter which is sent again', async () => {
    const { nonce, ...others } = { ...captionRequested.decode(body), nonce: 'zz' };
    await opened.database.deleteFrom('images').execute();
    await deadLetters.keep({ ...letter, nonce, body: captionRequested.encode({ ...others, nonce }) });
    await opened.database
      .insertInto('images')
      .values({ id: 1, nonce: 'aa', url: 'u', picture_key: null, status: 'failed', failure_code: 'not-found' })
      .execute();
    await deadLetters.redeliver((await repository.list(0, 1))[0]!.id);
    expect(await image()).toMatchObject({ status: 'failed', failureCode: 'not-found' });
  });

  it('keeps a letter about an image that nobody knows', async () => {
    expect(await deadLetters.keep({ ...letter, imageId: 99 })).toBe(false);
    expect(await repository.list(0, 10)).toEqual([expect.objectContaining({ imageId: 99 })]);
  });

  it('sends a dead job again once, however many ask for it at once', async () => {
    await deadLetters.keep(letter);
    const id = (await repository.list(0, 1))[0]!.id;
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => deadLetters.redeliver(id)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([
      { status: 'fulfilled', value: { image_id: 1 } },
    ]);
    const waiting = await opened.database.selectFrom('outbox').selectAll().execute();
    expect(waiting).toEqual([expect.objectContaining({ routing_key: 'caption.requested', body: body.toString() })]);
    expect(await image()).toMatchObject({ status: 'queued', attempts: 0, failureCode: null, finishedAt: null });
    expect(await repository.count()).toBe(0);
    const rows = await opened.database.selectFrom('images').select('requeued_at as requeuedAt').execute();
    expect(rows).toEqual([{ requeuedAt: expect.any(Date) }]);
  });

  it('can be kept and sent again at the same time', async () => {
    for (let round = 0; round < 20; round += 1) {
      await deadLetters.keep(letter);
      const id = (await repository.list(0, 1))[0]!.id;
      await Promise.all([deadLetters.keep(letter), deadLetters.redeliver(id)]);
      expect(await repository.count()).toBeLessThanOrEqual(1);
    }
  });

  describe('about a report', () => {
    const report: FoundDeadLetter = {
      ...letter,
      queue: 'api.completions.dead',
      body: Buffer.from('{"imageId":1}'),
      type: 'caption.completed.v1',
      routingKey: 'caption.completed',
      code: 'malformed-message',
    };

    it('leaves its image as it is', async () => {
      expect(await deadLetters.keep(report)).toBe(false);
      expect(await image()).toMatchObject({ status: 'queued', failureCode: null });
      expect(await repository.list(0, 10)).toEqual([expect.objectContaining({ imageId: 1, queue: report.queue })]);
    });

    it('sends the report again, and leaves its image as it is', async () => {
      await deadLetters.keep(letter);
      await deadLetters.keep(report);
      const { id } = (await repository.list(0, 10)).find(({ queue }) => queue === report.queue)!;
      expect(await deadLetters.redeliver(id)).toEqual({ image_id: 1 });
      expect(await image()).toMatchObject({ status: 'failed' });
      const waiting = await opened.database.selectFrom('outbox').selectAll().execute();
      expect(waiting).toEqual([expect.objectContaining({ routing_key: 'caption.completed', body: '{"imageId":1}' })]);
    });
  });

  it('lists from any place on, as many as asked for', async () => {
    for (let imageId = 1; imageId <= 3; imageId += 1) await deadLetters.keep({ ...letter, imageId });
    const all = (await repository.list(0, 10)).map(({ id }) => id);
    expect((await repository.list(all[0]!, 1)).map(({ id }) => id)).toEqual([all[1]]);
  });
});

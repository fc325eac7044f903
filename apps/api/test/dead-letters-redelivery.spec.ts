import { sql } from 'kysely';
import { captionRequested } from '@ekphrasis/contracts';
import type { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import type { DeadLetters } from '../src/dead-letters/dead-letters.service.js';
import { DeadLettersSystem, deadReport, job, letter } from './dead-letters-system.js';

/** Real: the database. */
describe('dead letters that are sent again (real: PostgreSQL)', () => {
  let system: DeadLettersSystem;
  let repository: DeadLettersRepository;
  let deadLetters: DeadLetters;

  beforeAll(async () => {
    system = await DeadLettersSystem.open();
    ({ repository, deadLetters } = system);
  });
  afterAll(() => system?.close());
  beforeEach(() => system.begin());

  it('leaves an image alone that came to have the id of a letter which is sent again', async () => {
    const { nonce, ...others } = { ...captionRequested.decode(job), nonce: 'zz' };
    await system.database.deleteFrom('images').execute();
    await deadLetters.keep({ ...letter, nonce, body: captionRequested.encode({ ...others, nonce }) });
    await system.database
      .insertInto('images')
      .values({ id: 1, nonce: 'aa', url: 'u', picture_key: null, status: 'failed', failure_code: 'not-found' })
      .execute();
    await deadLetters.redeliver((await repository.list(0, 1))[0]!.id);
    expect(await system.image()).toMatchObject({ status: 'failed', failureCode: 'not-found' });
  });

  it('sends a dead job again once, however many ask for it at once', async () => {
    await deadLetters.keep(letter);
    const id = (await repository.list(0, 1))[0]!.id;
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => deadLetters.redeliver(id)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([
      { status: 'fulfilled', value: { image_id: 1 } },
    ]);
    const waiting = await system.database.selectFrom('outbox').selectAll().execute();
    expect(waiting).toEqual([expect.objectContaining({ routing_key: 'caption.requested', body: job.toString() })]);
    expect(await system.image()).toMatchObject({ status: 'queued', attempts: 0, failureCode: null, finishedAt: null });
    expect(await repository.count()).toBe(0);
    const rows = await system.database.selectFrom('images').select('requeued_at as requeuedAt').execute();
    expect(rows).toEqual([{ requeuedAt: expect.any(Date) }]);
  });

  it('can be kept and sent again at the same time', async () => {
    for (let round = 0; round < 20; round += 1) {
      await deadLetters.keep(letter);
      const id = (await repository.list(0, 1))[0]!.id;
      await Promise.all([deadLetters.keep(letter), deadLetters.redeliver(id)]);
      expect(await repository.count()).toBeLessThanOrEqual(1);
      expect(await system.database.selectFrom('outbox').select('id').execute()).toHaveLength(round + 1);
    }
  });

  describe('about a report', () => {
    it('sends the report again, and leaves its image as it is', async () => {
      await deadLetters.keep(letter);
      await deadLetters.keep(deadReport);
      const { id } = (await repository.list(0, 10)).find(({ queue }) => queue === deadReport.queue)!;
      expect(await deadLetters.redeliver(id)).toEqual({ image_id: 1 });
      expect(await system.image()).toMatchObject({ status: 'failed' });
      const waiting = await system.database.selectFrom('outbox').selectAll().execute();
      expect(waiting).toEqual([expect.objectContaining({ routing_key: 'caption.completed', body: '{"imageId":1}' })]);
    });
  });

  describe('of events', () => {
    /** An event that a later version would understand. */
    const event = {
      body: Buffer.from('{"eventId":"e-1","clientId":"c-1","news":"of a later version"}'),
      type: 'image.described.v2',
      routingKey: 'image.described',
      code: 'malformed-message',
      reason: 'Unknown type',
      attempts: 1,
      givenBack: false,
    };
    const take = (changes: object) => system.take('notifier.events.dead', { ...event, ...changes });

    it('are kept once an event, shown to the operator alone, and sent again as they were', async () => {
      await take({});
      await take({ reason: 'Still unknown' });
      expect(await repository.list(0, 10, { client: undefined })).toEqual([]);
      const letters = await repository.list(0, 10);
      expect(letters).toEqual([
        expect.objectContaining({ queue: 'notifier.events.dead', imageId: null, reason: 'Still unknown' }),
      ]);
      expect(await deadLetters.redeliver(letters[0]!.id)).toEqual({ event_id: 'e-1' });
      const { rows } = await sql`SELECT routing_key, type, body FROM outbox`.execute(system.database);
      expect(rows).toEqual([{ routing_key: 'image.described', type: event.type, body: event.body.toString() }]);
      expect([system.woken, await repository.count()]).toEqual([1, 0]);
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
});

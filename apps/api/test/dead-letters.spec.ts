import { sql } from 'kysely';
import { renditionJobs, topology } from '@ekphrasis/contracts';
import type { OutboxRelay } from '@ekphrasis/outbox';
import type { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { DeadLetters } from '../src/dead-letters/dead-letters.service.js';
import { DeadLettersSystem, deadReport, letter } from './dead-letters-system.js';

/** Real: the database. How letters are sent again is in dead-letters-redelivery.spec.ts. */
describe('DeadLetters (real: PostgreSQL)', () => {
  let system: DeadLettersSystem;
  let repository: DeadLettersRepository;
  let deadLetters: DeadLetters;

  beforeAll(async () => {
    system = await DeadLettersSystem.open();
    ({ repository, deadLetters } = system);
  });
  afterAll(() => system?.close());
  beforeEach(() => system.begin());

  const unreadable = { ...letter, imageId: undefined, body: Buffer.from([0xff, 0, 1]) };

  it('keeps a dead job and ends its image as failed, with the reason', async () => {
    expect(await deadLetters.keep(letter)).toBe(true);
    expect(await system.image()).toMatchObject({ status: 'failed', failureCode: 'http-server-error', attempts: 5 });
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
    expect(() => new DeadLetters(system.database, repository, [], {} as OutboxRelay)).toThrow(
      /dead letters of caption.jobs.dead/,
    );
  });

  it('takes a job from its queue: its image has failed, and that is told', async () => {
    await system.take('caption.jobs.dead', { ...letter, givenBack: false });
    expect(await system.image()).toMatchObject({ status: 'failed' });
    expect(system.told).toEqual([{ images: [{ imageId: 1, status: 'failed' }] }]);
  });

  it.each([false, true])(
    'forgets a job for which nothing waits, whether its worker gave it back: %s',
    async (givenBack) => {
      const { request, queues } = renditionJobs.thumbnail;
      const dead = { ...letter, type: request.type, routingKey: request.routingKey };
      await system.take(queues.dead.name, { ...dead, givenBack });
      expect(await repository.count()).toBe(0);
      expect(await system.image()).toMatchObject({ status: 'queued' });
      expect(await system.database.selectFrom('outbox').selectAll().execute()).toEqual([]);
      expect(system.told).toEqual([]);
    },
  );

  it('takes a report from its queue: its image stays as it is, and nothing is told', async () => {
    await system.take('api.completions.dead', { ...deadReport, givenBack: false });
    expect(await system.image()).toMatchObject({ status: 'queued' });
    expect(await repository.list(0, 10)).toEqual([
      expect.objectContaining({ imageId: 1, queue: 'api.completions.dead' }),
    ]);
    expect(system.told).toEqual([]);
  });

  it('puts a job that was given back into the outbox, as queued anew', async () => {
    await system.take('caption.jobs.dead', { ...letter, givenBack: true });
    expect(system.woken).toBe(1);
    const { rows } = await sql`SELECT routing_key, type, body FROM outbox`.execute(system.database);
    expect(rows).toEqual([
      { routing_key: 'caption.requested', type: 'caption.requested.v1', body: expect.stringContaining('"imageId":1,') },
    ]);
    expect(await system.image()).toMatchObject({ status: 'queued' });
    const { requeued_at: requeuedAt } = await system.database
      .selectFrom('images')
      .select('requeued_at')
      .executeTakeFirstOrThrow();
    expect(requeuedAt).toBeInstanceOf(Date);
    expect(await repository.count()).toBe(0);
  });

  it('sends no job again whose image has ended', async () => {
    await deadLetters.keep(letter);
    await system.take('caption.jobs.dead', { ...letter, givenBack: true });
    expect(system.woken).toBe(0);
    const { rows } = await sql`SELECT 1 FROM outbox`.execute(system.database);
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
    await system.database.updateTable('images').set({ status: 'described', description: 'a cat' }).execute();
    expect(await deadLetters.keep(letter)).toBe(false);
    expect(await system.image()).toMatchObject({ status: 'described', description: 'a cat' });
    expect(await repository.count()).toBe(0);
  });

  it('keeps none of a job that another image had, and sends the image’s own job again', async () => {
    await system.database.updateTable('images').set({ nonce: 'aa' }).execute();
    expect(await deadLetters.keep({ ...letter, nonce: 'zz' })).toBe(false);
    expect(await system.image()).toMatchObject({ status: 'queued' });
    expect(await repository.count()).toBe(0);
    const [own] = await system.database.selectFrom('outbox').selectAll().execute();
    expect(JSON.parse(own!.body)).toMatchObject({ imageId: 1, nonce: 'aa' });
    expect(await deadLetters.keep({ ...letter, nonce: 'aa' })).toBe(true);
  });

  it('keeps a letter about an image that nobody knows', async () => {
    expect(await deadLetters.keep({ ...letter, imageId: 99 })).toBe(false);
    expect(await repository.list(0, 10)).toEqual([expect.objectContaining({ imageId: 99 })]);
  });

  describe('about a report', () => {
    it('leaves its image as it is', async () => {
      expect(await deadLetters.keep(deadReport)).toBe(false);
      expect(await system.image()).toMatchObject({ status: 'queued', failureCode: null });
      expect(await repository.list(0, 10)).toEqual([expect.objectContaining({ imageId: 1, queue: deadReport.queue })]);
    });
  });

  it('lists from any place on, as many as asked for', async () => {
    for (let imageId = 1; imageId <= 3; imageId += 1) await deadLetters.keep({ ...letter, imageId });
    const all = (await repository.list(0, 10)).map(({ id }) => id);
    expect((await repository.list(all[0]!, 1)).map(({ id }) => id)).toEqual([all[1]]);
  });
});

import { captionRequested } from '@ekphrasis/contracts';
import { DeadLettersRepository, type FoundDeadLetter } from '../src/dead-letters/dead-letters.repository.js';
import { ImagesRepository } from '../src/images/images.repository.js';
import { openApiDatabase, type ApiDatabase } from './api-database.js';

/** Real: the database. */
describe('DeadLettersRepository (real: PostgreSQL)', () => {
  let opened: ApiDatabase;
  let repository: DeadLettersRepository;

  beforeAll(async () => {
    opened = await openApiDatabase();
    repository = new DeadLettersRepository(opened.database);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
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
  const image = async () => (await new ImagesRepository(opened.database).find([1]))[0];

  it('keeps a dead job and ends its image as failed, with the reason', async () => {
    expect(await repository.keep(letter)).toBe(true);
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
    expect(await repository.keep({ ...letter, imageId: undefined, body: Buffer.from([0xff, 0, 1]) })).toBe(false);
    const [listed] = await repository.list(0, 10);
    expect(listed).toMatchObject({ imageId: null });
    await expect(repository.redeliver(listed!.id)).rejects.toMatchObject({ code: 'dead-letter-unreadable' });
    expect(await repository.count()).toBe(1);
  });

  it('changes no image that has a description', async () => {
    await opened.database.updateTable('images').set({ status: 'described', description: 'a cat' }).execute();
    expect(await repository.keep(letter)).toBe(false);
    expect(await image()).toMatchObject({ status: 'described', description: 'a cat' });
  });

  it('sends a dead job again once, however many ask for it at once', async () => {
    await repository.keep(letter);
    const id = (await repository.list(0, 1))[0]!.id;
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => repository.redeliver(id)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([{ status: 'fulfilled', value: 1 }]);
    const waiting = await opened.database.selectFrom('outbox').selectAll().execute();
    expect(waiting).toEqual([expect.objectContaining({ routing_key: 'caption.requested', body: body.toString() })]);
    expect(await image()).toMatchObject({ status: 'queued', attempts: 0, failureCode: null, finishedAt: null });
    expect(await repository.count()).toBe(0);
  });

  it('lists from any place on, as many as asked for', async () => {
    for (let count = 0; count < 3; count += 1) await repository.keep(letter);
    const all = (await repository.list(0, 10)).map(({ id }) => id);
    expect((await repository.list(all[0]!, 1)).map(({ id }) => id)).toEqual([all[1]]);
  });
});

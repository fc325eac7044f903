import { imageStatuses, type ImageStatus } from '@ekphrasis/contracts';
import { ImageLifecycleRepository } from '../src/images/lifecycle/image-lifecycle.repository.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** Real: the database. Every transition from every status, as the table at the repository has it. */
describe('the lifecycle of an image (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let lifecycle: ImageLifecycleRepository;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    lifecycle = new ImageLifecycleRepository(opened.database);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of ['images', 'outbox'] as const) await opened.database.deleteFrom(table).execute();
  });

  const add = (status: ImageStatus) => {
    const isEnded = status === 'described' || status === 'failed';
    return opened.database
      .insertInto('images')
      .values({
        id: 1,
        nonce: 'aa',
        url: 'https://example.org/a.png',
        status,
        description: status === 'described' ? 'a cat' : null,
        failure_code: status === 'failed' ? 'not-found' : null,
        queued_at: new Date(Date.now() - 60_000),
        finished_at: isEnded ? new Date() : null,
      })
      .execute();
  };
  const statusNow = async () =>
    (await opened.database.selectFrom('images').select('status').executeTakeFirstOrThrow()).status;
  const jobs = async () => (await opened.database.selectFrom('outbox').selectAll().execute()).length;

  const at = '2026-01-01T00:00:00.000Z';
  const report = { imageId: 1, nonce: 'aa', attempt: 1, startedAt: at };
  const redeliver = () =>
    opened.database.transaction().execute((transaction) => lifecycle.redeliver(transaction, 1, 'aa'));
  const transitions: [string, () => Promise<unknown>, Partial<Record<ImageStatus, ImageStatus>>][] = [
    ['start', () => lifecycle.start([report]), { queued: 'processing', processing: 'processing' }],
    ['fail', () => lifecycle.fail([{ ...report, code: 'c', reason: 'r' }]), { queued: 'failed', processing: 'failed' }],
    [
      'describe',
      () => lifecycle.describe([{ ...report, completedAt: at, description: 'a dog' }]),
      { queued: 'described', processing: 'described', failed: 'described' },
    ],
    ['requeueLost', () => lifecycle.requeueLost(new Date(), 10), { queued: 'queued', processing: 'queued' }],
    ['redeliver', redeliver, { failed: 'queued' }],
    ['keepWaiting', () => lifecycle.keepWaiting([report]), {}],
    ['sendGivenBack', () => lifecycle.sendGivenBack(1), {}],
  ];
  const cases = transitions.flatMap(([name, run, changes]) =>
    imageStatuses.map((from) => ({ name, run, from, to: changes[from] ?? from })),
  );

  it.each(cases)('$name takes an image that is $from to $to', async ({ run, from, to }) => {
    await add(from);
    await run();
    expect(await statusNow()).toBe(to);
  });

  it.each(imageStatuses)('sends the job of an image that is %s again only while it is unfinished', async (status) => {
    await add(status);
    await lifecycle.sendGivenBack(1);
    await lifecycle.requeueLost(new Date(Date.now() - 30_000), 10);
    expect(await jobs()).toBe(status === 'queued' || status === 'processing' ? 1 : 0);
  });

  it.each(cases.filter(({ name }) => ['start', 'fail', 'describe', 'redeliver'].includes(name)))(
    '$name leaves an image alone that is $from and has the id of another job’s image',
    async ({ run, from }) => {
      await add(from);
      await opened.database.updateTable('images').set({ nonce: 'zz' }).execute();
      await run();
      expect(await statusNow()).toBe(from);
    },
  );
});

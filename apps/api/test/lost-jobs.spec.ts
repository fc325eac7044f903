import { sql } from 'kysely';
import { captionJob, captionRequested, CaptionWaiting, topology } from '@ekphrasis/contracts';
import { AcceptedImagesRepository, ImageStatusRepository } from '@ekphrasis/images';
import { OutboxRelay, PostgresOutbox } from '@ekphrasis/outbox';
import { startMessaging, type MessagingApplication } from '../../../libs/messaging/test/messaging-application.js';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { completed, started } from './caption-reports.js';
import { LostJobsSystem, type Replica, type StatedDepths } from './lost-jobs-system.js';

/** Real: the database; in the last part the broker too. What counts as lost, and is sent again; what does not is in jobs-not-lost.spec.ts. */
describe('LostJobs (real: PostgreSQL)', () => {
  let system: LostJobsSystem;
  let depths: StatedDepths;
  let replica: Replica;

  beforeAll(async () => (system = await LostJobsSystem.open()));
  afterAll(() => system?.close());
  beforeEach(async () => ({ depths, replica } = await system.begin()));

  /** In the millisecond in which a job was begun it is not lost yet. */
  const haveBegunEarlier = () =>
    sql`UPDATE images SET started_at = started_at - interval '1 second'`.execute(system.database);

  it('sends again what is unfinished while nothing waits anywhere: each with a fresh job, as if it were new', async () => {
    await system.accept(2);
    await system.database
      .insertInto('images')
      .values({
        id: 3,
        nonce: 'aa',
        url: null,
        picture_key: 'pictures/3-aa',
        queued_at: sql`now() - interval '1 second'`,
      })
      .execute();
    await replica.reports.record([started(2, 4)]);
    await haveBegunEarlier();
    await replica.lostJobs.sweep();
    expect(await system.jobs()).toEqual([
      { imageId: 1, url: 'https://example.org/1', requestedAt: expect.any(String) },
      { imageId: 2, url: 'https://example.org/2', requestedAt: expect.any(String) },
      {
        imageId: 3,
        nonce: 'aa',
        pictureKey: 'pictures/3-aa',
        storageId: expect.any(String),
        requestedAt: expect.any(String),
      },
    ]);
    const images = new ImageStatusRepository(system.database);
    for (const id of [1, 2, 3]) expect(await images.find(id)).toMatchObject({ status: 'queued', attempts: 0 });
    expect(system.wake).toHaveBeenCalled();
    expect(await replica.registry.metrics()).toContain('ekphrasis_requeued_images_total 3');
  });

  it('is held up by no other kind of job, however many wait in the outbox and in the broker', async () => {
    await system.accept(1);
    await system.fillOutbox('picture.requested');
    for (const queue of ['picture.jobs', 'caption.jobsters', 'api.measurements']) {
      depths.others.set(queue, { waiting: 100_000, consumers: 0 });
    }
    await replica.lostJobs.sweep();
    await system.database.deleteFrom('outbox').where('routing_key', '=', 'picture.requested').execute();
    expect(await system.sentAgain()).toEqual([1]);
  });

  it('sends the options again with their job', async () => {
    await system.accept(1);
    const options = { prompt: 'a picture of', beams: 3, max_length: 30 };
    await system.database
      .updateTable('images')
      .set({ options: JSON.stringify(options) as never })
      .execute();
    await replica.lostJobs.sweep();
    const { max_length: maxLength, ...others } = options;
    expect(await system.jobs()).toEqual([expect.objectContaining({ imageId: 1, options: { ...others, maxLength } })]);
  });

  it('sends nothing again that is reported to wait, until nothing has been heard of it for as long again', async () => {
    await system.accept(3);
    await sql`UPDATE images SET queued_at = now() - interval '10 minutes'`.execute(system.database);
    await replica.reports.record([completed(3)]);
    await replica.reports.record([Object.assign(new CaptionWaiting(), { imageIds: [1, 3] })]);
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([2]);
    await system.database.deleteFrom('outbox').execute();
    await sql`UPDATE images SET requeued_at = now() - interval '11 minutes',
      queued_at = now() - interval '20 minutes' WHERE id = 1`.execute(system.database);
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([1]);
  });

  it('sends nothing again that has ended', async () => {
    await system.accept(3);
    await replica.reports.record([completed(1)]);
    await system.database.updateTable('images').set({ status: 'failed' }).where('id', '=', 2).execute();
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([3]);
  });

  it('sends a lost job again once, and, where it is lost again, after twice as long or an hour', async () => {
    await system.accept(2);
    await replica.lostJobs.sweep();
    depths.waitingJobs = 2;
    await system.database.deleteFrom('outbox').execute();
    for (let round = 0; round < 3; round += 1) await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([]);
    depths.waitingJobs = 0;
    // as if both were sent again eleven minutes ago, and first queued twenty minutes and a day ago
    await sql`UPDATE images SET requeued_at = now() - interval '11 minutes',
      queued_at = now() - CASE id WHEN 1 THEN interval '20 minutes' ELSE interval '1 day' END`.execute(system.database);
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([1]);
    await sql`UPDATE images SET requeued_at = now() - interval '1 hour' WHERE id = 2`.execute(system.database);
    await system.database.deleteFrom('outbox').execute();
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([2]);
  });

  it('sends again what a worker took up long ago and has lost, whatever its clock said', async () => {
    await system.accept(1);
    await replica.reports.record([started(1, 1, new Date(Date.now() + 365 * 86_400_000).toISOString())]);
    await haveBegunEarlier();
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual([1]);
  });

  it('sends more than one transaction holds', async () => {
    await system.accept(2_500);
    await replica.lostJobs.sweep();
    expect(await system.sentAgain()).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1));
  });

  it('sends each once when two replicas look at the same time', async () => {
    const replicas = [system.startReplica(50), system.startReplica(50)];
    for (let round = 1; round <= 5; round += 1) {
      await system.empty();
      await system.accept(3_000);
      for (const { position, lostJobs } of replicas) {
        position.forgetSamples();
        await lostJobs.sweep();
        await until('the look is old enough', () => position.before(50) !== undefined);
      }
      await Promise.all(replicas.map(({ lostJobs }) => lostJobs.sweep()));
      const ids = await system.sentAgain();
      expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1));
    }
  });

  describe('with a real broker', () => {
    let virtualHost: VirtualHost;
    let application: MessagingApplication;
    let probe: BrokerProbe;
    let relay: OutboxRelay;

    beforeEach(async () => {
      virtualHost = await provideVirtualHost();
      application = await startMessaging(virtualHost.url, { topology });
      probe = await BrokerProbe.open(virtualHost.url);
      relay = new OutboxRelay(application.publisher, new PostgresOutbox(system.database));
      relay.onApplicationBootstrap();
    });
    afterEach(async () => {
      await relay?.beforeApplicationShutdown();
      await probe?.close();
      await application?.close();
      await virtualHost?.remove();
    });

    it('brings back the jobs of a queue that was deleted, to the worker that comes then', async () => {
      replica = system.startReplica(1_000, application.queueDepths, relay);
      replica.lostJobs.onApplicationBootstrap();
      await new AcceptedImagesRepository(system.database).accept(
        [1, 2, 3].map((id) => {
          const url = `https://example.org/${id}`;
          const job = captionRequested.encode({ imageId: id, url, requestedAt: new Date().toISOString() });
          return { id, url, job: job.toString('utf8') };
        }),
      );
      relay.wake(3);
      await probe.expectDepth('caption.jobs', 3);
      await probe.deleteQueue('caption.jobs');
      const seen = new Set<number>();
      const worker = application.consumers.jobs(captionJob, {
        readiness: 'jobs',
        prefetch: 10,
        drainMs: 5_000,
        handle: async ({ message }) => void seen.add(message.imageId),
      });
      await until('the worker has all jobs', () => seen.size === 3);
      await replica.lostJobs.beforeApplicationShutdown();
      await worker.stop(AbortSignal.abort());
    });
  });
});

import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import {
  CaptionCompleted,
  captionJob,
  captionRequested,
  CaptionStarted,
  CaptionWaiting,
  topology,
} from '@ekphrasis/contracts';
import type { Publisher, QueueDepth, QueueDepths } from '@ekphrasis/messaging';
import { Registry } from '@ekphrasis/observability';
import { OutboxRelay, PostgresOutbox } from '@ekphrasis/outbox';
import { startMessaging, type MessagingApplication } from '../../../libs/messaging/test/messaging-application.js';
import { BrokerProbe } from '../../../test/support/broker-probe.js';
import { until } from '../../../test/support/until.js';
import { provideVirtualHost, type VirtualHost } from '../../../test/support/virtual-host.js';
import { CompletionRecorder } from '../src/completions/completion-recorder.service.js';
import { ReportedImagesRepository } from '../src/completions/reported-images.repository.js';
import { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { AcceptedImagesRepository, ImageStatusRepository } from '@ekphrasis/images';
import { ImageLifecycleRepository } from '../src/images/lifecycle/image-lifecycle.repository.js';
import { CaptionQueuePosition } from '../src/lost-jobs/caption-queue-position.js';
import { LostCaptionJobs } from '../src/lost-jobs/lost-caption-jobs.js';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';

/** What the broker says of its queues, as the test wants it. */
class StatedDepths {
  waitingJobs = 0;
  workers = 1;
  isAway = false;
  readonly others = new Map<string, QueueDepth>();

  async read(): Promise<Map<string, QueueDepth>> {
    if (this.isAway) throw new Error('the broker is away');
    const depths = new Map(topology.queues.map(({ name }) => [name, { waiting: 0, consumers: 0 }]));
    depths.set('caption.jobs', { waiting: this.waitingJobs, consumers: this.workers });
    return new Map([...depths, ...this.others]);
  }
}

interface Replica {
  position: CaptionQueuePosition;
  reports: CompletionRecorder;
  lostJobs: LostCaptionJobs;
  registry: Registry;
}

/** Real: the database; in the last part the broker too. Where no time has to pass before a job is lost, one look is enough. */
describe('LostJobs (real: PostgreSQL)', () => {
  let opened: MigratedDatabase;
  let depths: StatedDepths;
  let wake: jest.Mock;
  let replica: Replica;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    opened = await openMigratedDatabase();
  });
  afterAll(async () => {
    await opened?.close();
    Logger.overrideLogger(new Logger());
  });
  beforeEach(async () => {
    depths = new StatedDepths();
    wake = jest.fn();
    replica = startReplica();
    for (const table of ['images', 'outbox'] as const) await opened.database.deleteFrom(table).execute();
  });

  function startReplica(
    lostAfterMs = 0,
    queueDepths: Pick<QueueDepths, 'read'> = depths,
    relay: Pick<OutboxRelay, 'wake'> = { wake },
  ): Replica {
    const { database } = opened;
    const position = new CaptionQueuePosition();
    const lifecycle = new ImageLifecycleRepository(database);
    const registry = new Registry();
    const lostJobs = new LostCaptionJobs(
      lifecycle,
      position,
      new PostgresOutbox(database),
      queueDepths as QueueDepths,
      relay as OutboxRelay,
      { LOST_JOB_AFTER_MS: lostAfterMs },
      registry,
    );
    const images = new ReportedImagesRepository(database);
    const publisher = { send: async () => undefined } as Partial<Publisher> as Publisher;
    const reports = new CompletionRecorder(lifecycle, images, new DeadLettersRepository(database), position, publisher);
    return { position, reports, lostJobs, registry };
  }

  /** Images 1 to `count`, queued a second apart, the last one a minute ago. */
  const accept = (count: number) =>
    sql`INSERT INTO images (id, url, queued_at)
      SELECT n, 'https://example.org/' || n, now() - make_interval(secs => 60 + ${count} - n)
      FROM generate_series(1, ${count}::integer) n`.execute(opened.database);
  /** In the millisecond in which a job was begun it is not lost yet. */
  const haveBegunEarlier = () =>
    sql`UPDATE images SET started_at = started_at - interval '1 second'`.execute(opened.database);
  const jobs = async () =>
    (await opened.database.selectFrom('outbox').selectAll().orderBy('id').execute()).map(
      ({ body, routing_key, type }) => {
        expect({ routing_key, type }).toEqual({ routing_key: 'caption.requested', type: 'caption.requested.v1' });
        return captionRequested.decode(Buffer.from(body));
      },
    );
  const fillOutbox = (routingKey: string) =>
    opened.database.insertInto('outbox').values({ routing_key: routingKey, type: 't', body: '{}' }).execute();
  const sentAgain = async () => (await jobs()).map(({ imageId }) => imageId);
  const started = (imageId: number, attempt = 1, startedAt = new Date()) =>
    Object.assign(new CaptionStarted(), { imageId, attempt, startedAt: startedAt.toISOString() });
  const described = (imageId: number) =>
    Object.assign(new CaptionCompleted(), {
      imageId,
      description: 'a cat',
      attempt: 1,
      startedAt: new Date().toISOString(),
      completedAt: new Date().toISOString(),
    });

  it('sends again what is unfinished while nothing waits anywhere: each with a fresh job, as if it were new', async () => {
    await accept(2);
    await opened.database
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
    expect(await jobs()).toEqual([
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
    for (const row of await new ImageStatusRepository(opened.database).find([1, 2, 3])) {
      expect(row).toMatchObject({ status: 'queued', attempts: 0 });
    }
    expect(wake).toHaveBeenCalled();
    expect(await replica.registry.metrics()).toContain('ekphrasis_requeued_images_total 3');
  });

  it('is held up by no other kind of job, however many wait in the outbox and in the broker', async () => {
    await accept(1);
    await fillOutbox('picture.requested');
    for (const queue of ['picture.jobs', 'caption.jobsters', 'api.measurements']) {
      depths.others.set(queue, { waiting: 100_000, consumers: 0 });
    }
    await replica.lostJobs.sweep();
    await opened.database.deleteFrom('outbox').where('routing_key', '=', 'picture.requested').execute();
    expect(await sentAgain()).toEqual([1]);
  });

  it('sends the options again with their job', async () => {
    await accept(1);
    const options = { prompt: 'a picture of', beams: 3, max_length: 30 };
    await opened.database
      .updateTable('images')
      .set({ options: JSON.stringify(options) as never })
      .execute();
    await replica.lostJobs.sweep();
    const { max_length: maxLength, ...others } = options;
    expect(await jobs()).toEqual([expect.objectContaining({ imageId: 1, options: { ...others, maxLength } })]);
  });

  it('sends nothing again that is reported to wait, until nothing has been heard of it for as long again', async () => {
    await accept(3);
    await sql`UPDATE images SET queued_at = now() - interval '10 minutes'`.execute(opened.database);
    await replica.reports.record([described(3)]);
    await replica.reports.record([Object.assign(new CaptionWaiting(), { imageIds: [1, 3] })]);
    await replica.lostJobs.sweep();
    expect(await sentAgain()).toEqual([2]);
    await opened.database.deleteFrom('outbox').execute();
    await sql`UPDATE images SET requeued_at = now() - interval '11 minutes',
      queued_at = now() - interval '20 minutes' WHERE id = 1`.execute(opened.database);
    await replica.lostJobs.sweep();
    expect(await sentAgain()).toEqual([1]);
  });

  it('sends nothing again that has ended', async () => {
    await accept(3);
    await replica.reports.record([described(1)]);
    await opened.database.updateTable('images').set({ status: 'failed' }).where('id', '=', 2).execute();
    await replica.lostJobs.sweep();
    expect(await sentAgain()).toEqual([3]);
  });

  it('sends a lost job again once, and, where it is lost again, after twice as long or an hour', async () => {
    await accept(2);
    await replica.lostJobs.sweep();
    depths.waitingJobs = 2;
    await opened.database.deleteFrom('outbox').execute();
    for (let round = 0; round < 3; round += 1) await replica.lostJobs.sweep();
    expect(await sentAgain()).toEqual([]);
    depths.waitingJobs = 0;
    // as if both were sent again eleven minutes ago, and first queued twenty minutes and a day ago
    await sql`UPDATE images SET requeued_at = now() - interval '11 minutes',
      queued_at = now() - CASE id WHEN 1 THEN interval '20 minutes' ELSE interval '1 day' END`.execute(opened.database);
    await replica.lostJobs.sweep();
    expect(await sentAgain()).toEqual([1]);
    await sql`UPDATE images SET requeued_at = now() - interval '1 hour' WHERE id = 2`.execute(opened.database);
    await opened.database.deleteFrom('outbox').execute();
    await replica.lostJobs.sweep();
    expect(await sentAgain()).toEqual([2]);
  });

  it('sends again what a worker took up long ago and has lost, whatever its clock said', async () => {
    await accept(1);
    await replica.reports.record([started(1, 1, new Date(Date.now() + 365 * 86_400_000))]);
    await haveBegunEarlier();
    await replica.lostJobs.sweep();
    expect(await sentAgain()).toEqual([1]);
  });

  it('sends more than one transaction holds', async () => {
    await accept(2_500);
    await replica.lostJobs.sweep();
    expect(await sentAgain()).toEqual(Array.from({ length: 2_500 }, (_, index) => index + 1));
  });

  describe('leaves alone', () => {
    it('a long backlog that nobody has begun', async () => {
      await accept(100);
      depths.waitingJobs = 100;
      await replica.lostJobs.sweep();
      expect(await sentAgain()).toEqual([]);
    });

    it('the part of a backlog that workers have not come to; what they have passed is lost', async () => {
      await accept(100);
      depths.waitingJobs = 40;
      await replica.reports.record([described(60)]);
      await replica.lostJobs.sweep();
      expect(await sentAgain()).toEqual(Array.from({ length: 59 }, (_, index) => index + 1));
    });

    it('a job that has failed and waits behind the backlog for its next attempt', async () => {
      await accept(100);
      depths.waitingJobs = 40;
      await replica.reports.record([started(2)]);
      await replica.reports.record([described(60)]);
      await replica.lostJobs.sweep();
      const ids = await sentAgain();
      expect(ids).toContain(1);
      expect(ids).not.toContain(2);
    });

    it.each([-1, 1])('a job that is under way, where its worker’s clock is %s years wrong', async (years) => {
      await accept(2);
      depths.waitingJobs = 1;
      const wrong = new Date(Date.now() + years * 365 * 86_400_000);
      // the position is from before the job was taken up
      await replica.reports.record([described(2)]);
      replica.position.sample();
      await replica.reports.record([started(1, 1, wrong)]);
      await replica.lostJobs.sweep();
      expect(await sentAgain()).toEqual([]);
    });

    it('a backlog behind an image that was sent again and is reported by whoever had it before', async () => {
      await accept(3);
      depths.waitingJobs = 3;
      await replica.reports.record([started(2)]);
      await replica.lostJobs.sweep();
      expect(await sentAgain()).toEqual([1]);
      await replica.reports.record([started(1)]);
      await replica.lostJobs.sweep();
      await replica.lostJobs.sweep();
      expect(await sentAgain()).toEqual([1]);
    });

    it('everything while the outbox holds jobs', async () => {
      await accept(1);
      await fillOutbox('caption.requested');
      await replica.lostJobs.sweep();
      expect(await opened.database.selectFrom('outbox').select('body').execute()).toEqual([{ body: '{}' }]);
    });

    it.each(['caption.jobs', 'caption.jobs.retry.2', 'caption.jobs.dead', 'api.completions'])(
      'everything while messages wait in %s',
      async (queue) => {
        await accept(1);
        depths.others.set(queue, { waiting: 1, consumers: 1 });
        await replica.lostJobs.sweep();
        expect(await sentAgain()).toEqual([]);
      },
    );

    it('everything while there is no worker, and what the broker says of its queue may be wrong', async () => {
      await accept(1);
      depths.workers = 0;
      await replica.lostJobs.sweep();
      expect(await sentAgain()).toEqual([]);
    });

    it('what was passed a moment ago: all its attempts may still be on their way', async () => {
      const patient = startReplica(60_000);
      await accept(3);
      await patient.reports.record([started(3)]);
      for (let round = 0; round < 3; round += 1) await patient.lostJobs.sweep();
      expect(await sentAgain()).toEqual([]);
    });

    it('everything while the broker cannot be asked', async () => {
      await accept(1);
      depths.isAway = true;
      await replica.lostJobs.sweep();
      expect(await sentAgain()).toEqual([]);
      depths.isAway = false;
      await replica.lostJobs.sweep();
      expect(await sentAgain()).toEqual([1]);
    });

    it('an image that is being described meanwhile', async () => {
      await accept(2);
      let commit: () => void = () => undefined;
      let isLocked = false;
      const recorded = opened.database.transaction().execute(async (transaction) => {
        await new ImageLifecycleRepository(opened.database).describe([described(1)], transaction);
        isLocked = true;
        await new Promise<void>((resolve) => (commit = resolve));
      });
      await until('it is described and not committed', () => isLocked);
      await replica.lostJobs.sweep();
      commit();
      await recorded;
      await replica.lostJobs.sweep();
      expect(await sentAgain()).toEqual([2]);
    });
  });

  it('sends each once when two replicas look at the same time', async () => {
    const replicas = [startReplica(50), startReplica(50)];
    for (let round = 1; round <= 5; round += 1) {
      for (const table of ['images', 'outbox'] as const) await opened.database.deleteFrom(table).execute();
      await accept(3_000);
      for (const { position, lostJobs } of replicas) {
        position.forgetSamples();
        await lostJobs.sweep();
        await until('the look is old enough', () => position.before(50) !== undefined);
      }
      await Promise.all(replicas.map(({ lostJobs }) => lostJobs.sweep()));
      const ids = await sentAgain();
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
      relay = new OutboxRelay(application.publisher, new PostgresOutbox(opened.database));
      relay.onApplicationBootstrap();
    });
    afterEach(async () => {
      await relay?.beforeApplicationShutdown();
      await probe?.close();
      await application?.close();
      await virtualHost?.remove();
    });

    it('brings back the jobs of a queue that was deleted, to the worker that comes then', async () => {
      replica = startReplica(1_000, application.queueDepths, relay);
      replica.lostJobs.onApplicationBootstrap();
      await new AcceptedImagesRepository(opened.database).accept(
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

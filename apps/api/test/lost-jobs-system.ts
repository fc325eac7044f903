import { Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { captionRequested, topology, type CaptionRequested } from '@ekphrasis/contracts';
import type { Publisher, QueueDepth, QueueDepths } from '@ekphrasis/messaging';
import { Registry } from '@ekphrasis/observability';
import { PostgresOutbox, type OutboxRelay } from '@ekphrasis/outbox';
import type { Database } from '@ekphrasis/persistence';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';
import { CompletionRecorder } from '../src/completions/completion-recorder.service.js';
import { ReportedImagesRepository } from '../src/completions/reported-images.repository.js';
import { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { ImageLifecycleRepository } from '../src/images/lifecycle/image-lifecycle.repository.js';
import { CaptionQueuePosition } from '../src/lost-jobs/caption-queue-position.js';
import { LostCaptionJobs } from '../src/lost-jobs/lost-caption-jobs.js';

/** What the broker says of its queues, as the test wants it. */
export class StatedDepths {
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

export interface Replica {
  position: CaptionQueuePosition;
  reports: CompletionRecorder;
  lostJobs: LostCaptionJobs;
  registry: Registry;
}

/** Replicas that look for lost jobs, on a database of their own. */
export class LostJobsSystem {
  depths: StatedDepths;
  readonly wake = jest.fn();
  /** No time has to pass before a job is lost to it: one look is enough. */
  replica: Replica;

  private constructor(private readonly opened: MigratedDatabase) {}

  static async open(): Promise<LostJobsSystem> {
    Logger.overrideLogger(false);
    return new LostJobsSystem(await openMigratedDatabase());
  }

  /** As it is before each test. */
  async begin(): Promise<this> {
    this.depths = new StatedDepths();
    this.wake.mockReset();
    this.replica = this.startReplica();
    await this.empty();
    return this;
  }

  get database(): Database {
    return this.opened.database;
  }

  startReplica(
    lostAfterMs = 0,
    queueDepths: Pick<QueueDepths, 'read'> = this.depths,
    relay: Pick<OutboxRelay, 'wake'> = { wake: this.wake },
  ): Replica {
    const { database } = this;
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

  async empty(): Promise<void> {
    for (const table of ['images', 'outbox'] as const) await this.database.deleteFrom(table).execute();
  }

  /** Images 1 to `count`, queued a second apart, the last one a minute ago. */
  async accept(count: number): Promise<void> {
    await sql`INSERT INTO images (id, url, queued_at)
      SELECT n, 'https://example.org/' || n, now() - make_interval(secs => 60 + ${count} - n)
      FROM generate_series(1, ${count}::integer) n`.execute(this.database);
  }

  async fillOutbox(routingKey: string): Promise<void> {
    await this.database.insertInto('outbox').values({ routing_key: routingKey, type: 't', body: '{}' }).execute();
  }

  /** The jobs in the outbox. */
  async jobs(): Promise<CaptionRequested[]> {
    const rows = await this.database.selectFrom('outbox').selectAll().orderBy('id').execute();
    return rows.map(({ body, routing_key, type }) => {
      expect({ routing_key, type }).toEqual({ routing_key: 'caption.requested', type: 'caption.requested.v1' });
      return captionRequested.decode(Buffer.from(body));
    });
  }

  async sentAgain(): Promise<number[]> {
    return (await this.jobs()).map(({ imageId }) => imageId);
  }

  async close(): Promise<void> {
    await this.opened.close();
    Logger.overrideLogger(new Logger());
  }
}

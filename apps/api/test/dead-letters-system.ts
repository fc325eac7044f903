import { captionRequested } from '@ekphrasis/contracts';
import { ImageStatusRepository, type ImageRow } from '@ekphrasis/images';
import type { Publisher } from '@ekphrasis/messaging';
import type { OutboxRelay } from '@ekphrasis/outbox';
import type { Database } from '@ekphrasis/persistence';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';
import { DeadLettersRepository, type FoundDeadLetter } from '../src/dead-letters/dead-letters.repository.js';
import { DeadLetters } from '../src/dead-letters/dead-letters.service.js';
import { everyDeadJobs } from './dead-jobs.js';

/** The job of image 1. */
export const job = captionRequested.encode({
  imageId: 1,
  url: 'https://example.org/a.png',
  requestedAt: '2026-01-01T00:00:00.000Z',
});

/** The same job, dead. */
export const letter: FoundDeadLetter = {
  queue: 'caption.jobs.dead',
  imageId: 1,
  body: job,
  type: 'caption.requested.v1',
  routingKey: 'caption.requested',
  code: 'http-server-error',
  reason: 'The server answered 503\0',
  attempts: 5,
};

/** A job of which nothing is known but that its worker was lost each time. */
export function lostJobLetter(imageId: number): FoundDeadLetter {
  return {
    queue: 'caption.jobs.dead',
    imageId,
    body: Buffer.from('{}'),
    type: 'caption.requested.v1',
    routingKey: 'caption.requested',
    code: 'attempts-exhausted',
    reason: 'Its worker was lost',
    attempts: 5,
  };
}

/** A report of the same image that nobody understands. */
export const deadReport: FoundDeadLetter = {
  ...letter,
  queue: 'api.completions.dead',
  body: Buffer.from('{"imageId":1}'),
  type: 'caption.completed.v1',
  routingKey: 'caption.completed',
  code: 'malformed-message',
};

/** What keeps dead letters, on a database of its own in which image 1 waits. */
export class DeadLettersSystem {
  /** How often the relay was woken. */
  woken = 0;
  /** What was broadcast. */
  told: unknown[] = [];
  readonly repository: DeadLettersRepository;
  readonly deadLetters: DeadLetters;

  private constructor(private readonly opened: MigratedDatabase) {
    const { database } = opened;
    const relay = { wake: () => void (this.woken += 1) } as Partial<OutboxRelay> as OutboxRelay;
    const send = async (_: unknown, message: unknown): Promise<void> => void this.told.push(message);
    this.repository = new DeadLettersRepository(database);
    const meanings = everyDeadJobs(database, { send } as unknown as Publisher);
    this.deadLetters = new DeadLetters(database, this.repository, meanings, relay);
  }

  static async open(): Promise<DeadLettersSystem> {
    return new DeadLettersSystem(await openMigratedDatabase());
  }

  /** As it is before each test. */
  async begin(): Promise<void> {
    this.woken = 0;
    this.told = [];
    for (const table of ['images', 'outbox', 'dead_letters'] as const) await this.database.deleteFrom(table).execute();
    await this.database
      .insertInto('images')
      .values({ id: 1, url: 'https://example.org/a.png', picture_key: null })
      .execute();
  }

  get database(): Database {
    return this.opened.database;
  }

  /** Takes a letter from a queue. */
  take(queueName: string, found: Parameters<DeadLetters['take']>[1]): Promise<void> {
    return this.deadLetters.take(
      this.deadLetters.queues.find(({ queue }) => queue === queueName)!,
      found,
    );
  }

  async image(): Promise<ImageRow | undefined> {
    return new ImageStatusRepository(this.database).find(1);
  }

  close(): Promise<void> {
    return this.opened.close();
  }
}

import type { ImageRecorded, RecordedStatus } from '@ekphrasis/contracts';
import { ImageStatusRepository, type ImageRow } from '@ekphrasis/images';
import type { Publisher } from '@ekphrasis/messaging';
import type { Database } from '@ekphrasis/persistence';
import { openMigratedDatabase, type MigratedDatabase } from '../../../test/support/migrated-database.js';
import { CompletionRecorder } from '../src/completions/completion-recorder.service.js';
import { ReportedImagesRepository } from '../src/completions/reported-images.repository.js';
import { DeadLettersRepository } from '../src/dead-letters/dead-letters.repository.js';
import { ImageLifecycleRepository } from '../src/images/lifecycle/image-lifecycle.repository.js';
import { CaptionQueuePosition } from '../src/lost-jobs/caption-queue-position.js';

/** What records reports, on a database of its own in which the images 1, 2 and 3 wait. Its broadcasts go to a fake publisher that can fail. */
export class RecordingSystem {
  brokerIsAway = false;
  broadcasts: RecordedStatus[][] = [];
  position: CaptionQueuePosition;
  recorder: CompletionRecorder;
  readonly letters: DeadLettersRepository;

  private constructor(private readonly opened: MigratedDatabase) {
    this.letters = new DeadLettersRepository(opened.database);
  }

  static async open(): Promise<RecordingSystem> {
    return new RecordingSystem(await openMigratedDatabase());
  }

  /** As it is before each test. */
  async begin(): Promise<this> {
    const { database } = this;
    this.brokerIsAway = false;
    this.broadcasts = [];
    const publisher = {
      send: async (_contract: unknown, { images }: ImageRecorded) => {
        if (this.brokerIsAway) throw new Error('the broker is away');
        this.broadcasts.push(images);
      },
    } as unknown as Publisher;
    this.position = new CaptionQueuePosition();
    const lifecycle = new ImageLifecycleRepository(database);
    const images = new ReportedImagesRepository(database);
    this.recorder = new CompletionRecorder(lifecycle, images, this.letters, this.position, publisher);
    for (const table of ['images', 'outbox', 'dead_letters'] as const) await database.deleteFrom(table).execute();
    await database
      .insertInto('images')
      .values([1, 2, 3].map((id) => ({ id, url: 'https://example.org/a.png', picture_key: null })))
      .execute();
    return this;
  }

  get database(): Database {
    return this.opened.database;
  }

  async image(id: number): Promise<ImageRow | undefined> {
    return new ImageStatusRepository(this.database).find(id);
  }

  close(): Promise<void> {
    return this.opened.close();
  }
}

import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ImageProgress } from '@ekphrasis/images';
import { DatabaseLineage } from '@ekphrasis/persistence';
import { RepeatedWork } from '@ekphrasis/service';
import { DescribedIdsRepository } from '../images/finished-ids/described-ids.repository.js';
import { ProcessedIdsRegistry, type IdRange } from '../images/finished-ids/processed-ids-registry.js';
import { RecordedListener } from './recorded.listener.js';

const everyMs = 10_000;

/**
 * Compares this replica's registry with the database now and then, lest a broadcast that was missed stays so until the
 * next reconnect. Each look reads the newest ids, where nearly all that is recorded is, and the next page of all of them, so
 * that after a while everything was looked at: 300,000 ids in a minute. Where the database has another lineage, all is loaded.
 */
@Injectable()
export class RegistryComparison implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RegistryComparison.name);
  private readonly repeated = new RepeatedWork(everyMs, () => this.look());
  /** Up to where all ids were looked at in this round. */
  private upTo = 0;
  private lineage?: string;

  constructor(
    private readonly databaseLineage: DatabaseLineage,
    private readonly repository: DescribedIdsRepository,
    private readonly registry: ProcessedIdsRegistry,
    private readonly recorded: RecordedListener,
    private readonly progress: ImageProgress,
  ) {}

  onApplicationBootstrap(): void {
    this.repeated.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.repeated.stop();
  }

  /** One look. Never rejects. */
  async look(): Promise<void> {
    try {
      const lineage = await this.databaseLineage.current();
      const isAnother = this.lineage !== undefined && lineage !== this.lineage;
      if (isAnother) {
        this.logger.warn(`the database is another one, or was promoted (${this.lineage}, now ${lineage})`);
        await this.recorded.loadAnew();
      }
      this.lineage = lineage;
      await this.compare(() => this.repository.newestDescribed());
      const page = await this.compare(() => this.repository.describedAfter(this.upTo));
      this.upTo = page.upTo === Infinity ? 0 : page.upTo;
    } catch (error) {
      this.logger.debug(`cannot compare the finished ids with the database: ${(error as Error).message}`);
    }
  }

  private async compare(read: () => Promise<IdRange>): Promise<IdRange> {
    let range: IdRange = { ids: [], after: 0, upTo: 0 };
    const { missing, stray } = await this.recorded.inTurn(() =>
      this.registry.compare(async () => (range = await read())),
    );
    if (missing.length > 0 || stray.length > 0) {
      this.logger.warn(`of the finished ids ${missing.length} were missing, and ${stray.length} too many`);
      this.progress.announce([...missing, ...stray]);
    }
    return range;
  }
}

import { Inject, Injectable, Logger } from '@nestjs/common';
import { measuredPictureKey } from '@ekphrasis/contracts';
import { LikeLines } from '@ekphrasis/observability';
import { OBJECT_STORAGE, removeObjects, type ObjectStorage } from '@ekphrasis/storage';
import { StorageIdentity } from '@ekphrasis/storage-identity';
import { ApiSettings } from '../../api.settings.js';
import { ExpiredRows } from '../../maintenance/expired-rows.js';
import { Maintenance } from '../../maintenance/maintenance.service.js';
import { ExpiredMeasurementsRepository, type ExpiredMeasurement } from './expired-measurements.repository.js';

const everyMs = 600_000;

/**
 * Removes measurements with their pictures on the day after `MEASUREMENT_RETAIN_DAYS`, by pages. Off where that is 0. Statistics keep what
 * was counted. What goes at one turn was said at the turn before, so that whoever counts looks at none of them one by one any more.
 */
@Injectable()
export class MeasurementRetention {
  private readonly logger = new Logger(MeasurementRetention.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));

  constructor(
    private readonly repository: ExpiredMeasurementsRepository,
    @Inject(StorageIdentity) private readonly identity: Pick<StorageIdentity, 'ensure'>,
    private readonly expired: ExpiredRows,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    @Inject(Maintenance) maintenance: Pick<Maintenance, 'add'>,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'MEASUREMENT_RETAIN_DAYS'>,
  ) {
    if (settings.MEASUREMENT_RETAIN_DAYS === 0) return;
    maintenance.add({ name: MeasurementRetention.name, everyMs, pages: () => this.pages() });
  }

  /** Goes through all and yields after each page that had some. @throws StorageError; DatabaseUnavailableError */
  async *pages(): AsyncGenerator<void> {
    const before = await this.repository.keptFrom();
    if (before) {
      for (const clientId of await this.repository.clients()) yield* this.pagesOf(clientId, before);
    }
    await this.repository.keepFrom(this.settings.MEASUREMENT_RETAIN_DAYS);
  }

  private async *pagesOf(clientId: string, before: Date): AsyncGenerator<void> {
    // not each page from the beginning: in the index lies all that was removed, until it is vacuumed
    let from: Date | undefined = new Date(0);
    while (from) {
      // where another storage is mounted the pictures are missing, and would never be removed
      await this.identity.ensure();
      const page = await this.repository.remove({ clientId, from, before }, (rows) => this.removePictures(rows));
      this.expired.removed('measurement', page.removed);
      from = page.last?.measuredAt;
      if (page.removed > 0) yield;
    }
  }

  private async removePictures(measurements: ExpiredMeasurement[]): Promise<ExpiredMeasurement[]> {
    const left = new Set<string>();
    const keys = measurements.map(({ nonce }) => measuredPictureKey(nonce));
    await removeObjects(this.storage, keys, (key, { message }) => {
      left.add(key);
      this.failures.say(message, `${key} cannot be removed, and its measurement stays: ${message}`);
    });
    return measurements.filter(({ nonce }) => !left.has(measuredPictureKey(nonce)));
  }
}

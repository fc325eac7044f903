import { Inject, Injectable, Logger } from '@nestjs/common';
import { processingRecordKey } from '@ekphrasis/contracts';
import { LikeLines } from '@ekphrasis/observability';
import { PROCESSED_STORAGE, removeObjects, UPLOADS_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { ApiSettings } from '../../api.settings.js';
import { ExpiredRows } from '../../maintenance/expired-rows.js';
import { Maintenance } from '../../maintenance/maintenance.service.js';
import { PictureStorages } from '../picture-storages.service.js';
import { ExpiredProcessingRepository, type ExpiredProcessing } from './expired-processing.repository.js';

const everyMs = 600_000;

/** Removes processing jobs that ended `PROCESSING_RETAIN_DAYS` ago, with original and result, by pages. Off where that is 0. */
@Injectable()
export class ProcessingRetention {
  private readonly logger = new Logger(ProcessingRetention.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));

  constructor(
    private readonly repository: ExpiredProcessingRepository,
    @Inject(PictureStorages) private readonly storages: Pick<PictureStorages, 'ensureUploads' | 'ensureProcessed'>,
    private readonly expired: ExpiredRows,
    @Inject(UPLOADS_STORAGE) private readonly uploads: ObjectStorage,
    @Inject(PROCESSED_STORAGE) private readonly processed: ObjectStorage,
    @Inject(Maintenance) maintenance: Pick<Maintenance, 'add'>,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'PROCESSING_RETAIN_DAYS'>,
  ) {
    if (settings.PROCESSING_RETAIN_DAYS === 0) return;
    maintenance.add({ name: ProcessingRetention.name, everyMs, pages: () => this.pages() });
  }

  /** Goes through all and yields after each page. @throws StorageError; DatabaseUnavailableError */
  async *pages(): AsyncGenerator<void> {
    let from: Date | undefined = new Date(0);
    while (from) {
      // where another storage is mounted the files are missing, and would never be removed
      await Promise.all([this.storages.ensureUploads(), this.storages.ensureProcessed()]);
      const { PROCESSING_RETAIN_DAYS: days } = this.settings;
      const page = await this.repository.remove(days, from, (jobs) => this.removeFiles(jobs));
      this.expired.removed('processing-job', page.removed);
      from = page.last?.finishedAt;
      yield;
    }
  }

  private async removeFiles(jobs: ExpiredProcessing[]): Promise<ExpiredProcessing[]> {
    const left = new Set<string>();
    const remove = (storage: ObjectStorage, keys: string[]) =>
      removeObjects(storage, keys, (key, { message }) => {
        left.add(key);
        this.failures.say(message, `${key} cannot be removed, and its job stays: ${message}`);
      });
    await remove(
      this.uploads,
      jobs.map(({ uploadKey }) => uploadKey),
    );
    await remove(this.processed, jobs.flatMap(processedKeysOf));
    return jobs.filter((job) => ![job.uploadKey, ...processedKeysOf(job)].some((key) => left.has(key)));
  }
}

function processedKeysOf({ id, processedKey }: ExpiredProcessing): string[] {
  return [processingRecordKey(id), ...(processedKey === null ? [] : [processedKey])];
}

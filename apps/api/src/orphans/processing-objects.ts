import { Inject, Injectable } from '@nestjs/common';
import { processingRecordKey } from '@ekphrasis/contracts';
import { PROCESSED_STORAGE, UPLOADS_STORAGE, type ObjectStorage } from '@ekphrasis/storage';
import { PictureStorages } from '../processing/picture-storages.service.js';
import { OrphansRepository, type OwningProcessing } from './orphans.repository.js';
import { processingIdIn } from './stored-for.js';
import type { SweptObjects } from './swept-objects.js';

/** Originals, `{job}`: needed by the processing job of that id. */
@Injectable()
export class UploadedOriginals implements SweptObjects {
  readonly folders = [''];

  constructor(
    private readonly repository: OrphansRepository,
    @Inject(PictureStorages) private readonly storages: Pick<PictureStorages, 'ensureUploads'>,
    @Inject(UPLOADS_STORAGE) readonly storage: ObjectStorage,
  ) {}

  ensure(): Promise<unknown> {
    return this.storages.ensureUploads();
  }

  orphansAmong(keys: string[]): Promise<string[]> {
    return orphansOf(this.repository, keys, (key, { uploadKey }) => key === uploadKey);
  }
}

/**
 * Results: `{job}.json` is needed by the job of that id, and `{job}-{digest}.{format}` by the completed job whose result names it, or by
 * one that may still be completed, as a failed one may.
 */
@Injectable()
export class ProcessedPictures implements SweptObjects {
  readonly folders = [''];

  constructor(
    private readonly repository: OrphansRepository,
    @Inject(PictureStorages) private readonly storages: Pick<PictureStorages, 'ensureProcessed'>,
    @Inject(PROCESSED_STORAGE) readonly storage: ObjectStorage,
  ) {}

  ensure(): Promise<unknown> {
    return this.storages.ensureProcessed();
  }

  orphansAmong(keys: string[]): Promise<string[]> {
    return orphansOf(this.repository, keys, (key, { id, processedKey }) => {
      return key === processingRecordKey(id) || processedKey === null || key === processedKey;
    });
  }
}

async function orphansOf(
  repository: OrphansRepository,
  keys: string[],
  isNeededBy: (key: string, job: OwningProcessing) => boolean,
): Promise<string[]> {
  const objects = keys.map(processingIdIn).filter((object) => object !== undefined);
  const jobs = await repository.findProcessing([...new Set(objects.map(({ jobId }) => jobId))]);
  return objects
    .filter(({ key, jobId }) => {
      const job = jobs.get(jobId);
      return job === undefined || !isNeededBy(key, job);
    })
    .map(({ key }) => key);
}

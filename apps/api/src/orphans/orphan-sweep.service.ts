import { Inject, Injectable, Logger } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { LikeLines, Registry } from '@ekphrasis/observability';
import { OBJECT_STORAGE, removeObjects, type ObjectStorage, type StoredObject } from '@ekphrasis/storage';
import { ApiSettings } from '../api.settings.js';
import { Maintenance } from '../maintenance/maintenance.service.js';
import { StorageIdentity } from '@ekphrasis/storage-identity';
import { OrphansRepository, type OwningImage } from './orphans.repository.js';
import { measuredNonceIn, storedFor, type StoredFor } from './stored-for.js';

const folders = ['', 'results', 'pictures', 'thumbnails'];
const youngMs = 86_400_000;
/** Four times a day, on one replica. */
const everyMs = 6 * 3_600_000;

/**
 * Removes objects that no image and no measurement has, once they are a day old. A younger one may be about to get its row: a picture is stored before its
 * image or measurement is committed.
 *
 * | object                    | is needed by                                                               |
 * |---------------------------|----------------------------------------------------------------------------|
 * | `{id}.txt`                | the image of that id                                                       |
 * | `results/{id}-{nonce}`    | the image of that id, if it has that nonce                                 |
 * | `thumbnails/{id}-{nonce}` | the same                                                                   |
 * | `pictures/{id}-{nonce}`   | the image whose row names it, until `DESCRIBED_UPLOAD_DAYS` or `FAILED_UPLOAD_DAYS` after its end |
 * | `measured/{nonce}`        | the measurement with that nonce                                            |
 */
@Injectable()
export class OrphanSweep {
  private readonly logger = new Logger(OrphanSweep.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));
  private readonly left: Gauge;
  private readonly removed: Counter;

  constructor(
    private readonly repository: OrphansRepository,
    private readonly identity: StorageIdentity,
    @Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage,
    @Inject(ApiSettings) private readonly settings: Pick<ApiSettings, 'DESCRIBED_UPLOAD_DAYS' | 'FAILED_UPLOAD_DAYS'>,
    @Inject(Maintenance) maintenance: Pick<Maintenance, 'add'>,
    registry: Registry,
  ) {
    maintenance.add({ name: OrphanSweep.name, everyMs, pages: (signal) => this.sweep(signal) });
    this.left = new Gauge({
      name: 'ekphrasis_orphaned_objects',
      help: 'Objects that nothing needs which this replica found in its latest sweep and could not remove',
      registers: [registry],
    });
    this.removed = new Counter({
      name: 'ekphrasis_orphaned_objects_removed_total',
      help: 'Objects that nothing needs which this replica removed from storage',
      registers: [registry],
    });
  }

  /** Goes through the whole storage and yields after each page. @throws StorageError; DatabaseUnavailableError */
  async *sweep(signal: AbortSignal): AsyncGenerator<void> {
    this.left.set(0);
    for (const folder of folders) {
      for await (const page of this.storage.list(folder, signal)) {
        await this.remove(oldOf(page).map(storedFor).filter(isKnown), (objects) => this.orphansAmong(objects));
        yield;
      }
    }
    for await (const page of this.storage.list('measured', signal)) {
      await this.remove(oldOf(page).map(measuredNonceIn).filter(isKnown), (objects) => this.unmeasuredAmong(objects));
      yield;
    }
  }

  private async remove<T extends { key: string }>(objects: T[], orphansAmong: (objects: T[]) => Promise<T[]>) {
    if (objects.length === 0) return;
    // another system's objects have no rows here either
    await this.identity.ensure();
    const orphans = await orphansAmong(objects);
    const keys = orphans.map(({ key }) => key);
    const removed = await removeObjects(this.storage, keys, (key, { message }) => {
      this.failures.say(message, `${key}, which nothing needs, cannot be removed: ${message}`);
    });
    this.removed.inc(removed);
    this.left.inc(keys.length - removed);
    if (removed > 0) this.logger.log(`${removed} objects that nothing needs were removed from storage`);
  }

  private async unmeasuredAmong<T extends { nonce: string }>(objects: T[]): Promise<T[]> {
    const measured = await this.repository.findMeasured(objects.map(({ nonce }) => nonce));
    return objects.filter(({ nonce }) => !measured.has(nonce));
  }

  private async orphansAmong(objects: StoredFor[]): Promise<StoredFor[]> {
    const images = await this.repository.find([...new Set(objects.map(({ imageId }) => imageId))]);
    const ofEnded = objects.filter(({ kind, key, imageId }) => {
      const image = images.get(imageId);
      const hasEnded = image?.status === 'described' || image?.status === 'failed';
      return kind === 'picture' && hasEnded && image.pictureKey === key;
    });
    const { DESCRIBED_UPLOAD_DAYS: described, FAILED_UPLOAD_DAYS: failed } = this.settings;
    const ids = ofEnded.map(({ imageId }) => imageId);
    const released = ids.length > 0 ? await this.repository.releasePictures(ids, { described, failed }) : new Set();
    const given = new Set(ofEnded.filter(({ imageId }) => released.has(imageId)));
    return objects.filter((object) => given.has(object) || !isNeeded(object, images.get(object.imageId)));
  }
}

/** The keys of those that are old enough. */
function oldOf(page: StoredObject[]): string[] {
  return page.filter(({ modifiedAt }) => modifiedAt.getTime() < Date.now() - youngMs).map(({ key }) => key);
}

function isKnown<T>(object: T | undefined): object is T {
  return object !== undefined;
}

function isNeeded({ kind, key, nonce }: StoredFor, image: OwningImage | undefined): boolean {
  if (!image) return false;
  if (kind === 'picture') return image.pictureKey === key;
  return kind === 'description' || image.nonce === nonce;
}

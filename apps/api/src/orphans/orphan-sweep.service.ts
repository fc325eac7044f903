import { Inject, Injectable, Logger } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { LikeLines, Registry } from '@ekphrasis/observability';
import { removeObjects, type StoredObject } from '@ekphrasis/storage';
import { Maintenance } from '../maintenance/maintenance.service.js';
import { SWEPT_OBJECTS, type SweptObjects } from './swept-objects.js';

const youngMs = 86_400_000;
/** Four times a day, on one replica. */
const everyMs = 6 * 3_600_000;

/**
 * Removes objects that no row needs, once they are a day old. A younger one may be about to get its row: a picture is stored before its
 * image, job or measurement is committed.
 */
@Injectable()
export class OrphanSweep {
  private readonly logger = new Logger(OrphanSweep.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));
  private readonly left: Gauge;
  private readonly removed: Counter;

  constructor(
    @Inject(SWEPT_OBJECTS) private readonly kinds: readonly SweptObjects[],
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

  /** Goes through all storages and yields after each page. @throws StorageError; DatabaseUnavailableError */
  async *sweep(signal: AbortSignal): AsyncGenerator<void> {
    this.left.set(0);
    for (const kind of this.kinds) {
      for (const folder of kind.folders) {
        for await (const page of kind.storage.list(folder, signal)) {
          await this.remove(kind, oldOf(page));
          yield;
        }
      }
    }
  }

  private async remove(kind: SweptObjects, old: string[]): Promise<void> {
    if (old.length === 0) return;
    await kind.ensure();
    const keys = await kind.orphansAmong(old);
    const removed = await removeObjects(kind.storage, keys, (key, { message }) => {
      this.failures.say(message, `${key}, which nothing needs, cannot be removed: ${message}`);
    });
    this.removed.inc(removed);
    this.left.inc(keys.length - removed);
    if (removed > 0) this.logger.log(`${removed} objects that nothing needs were removed from storage`);
  }
}

/** The keys of those that are old enough. */
function oldOf(page: StoredObject[]): string[] {
  return page.filter(({ modifiedAt }) => modifiedAt.getTime() < Date.now() - youngMs).map(({ key }) => key);
}

import { Injectable } from '@nestjs/common';
import { IdSet } from './id-set.js';

/**
 * The ids whose description can be read, in memory: what `GET /images` answers from, with the broker up or down.
 *
 * Kept exact by the order in which it learns: it is bound to the broadcast of newly recorded ids first, and then loads
 * those recorded before from the database, at boot and after every reconnect. Whatever was broadcast before the binding had
 * been committed, so the load sees it; whatever comes after, the binding delivers. Ids never leave.
 */
@Injectable()
export class ProcessedIdsRegistry {
  private readonly ids = new IdSet();
  private loaded = false;

  get size(): number {
    return this.ids.size;
  }

  /** Whether the database was read at least once: before that the registry knows too little. */
  get isLoaded(): boolean {
    return this.loaded;
  }

  add(imageId: number): void {
    this.ids.add(imageId);
  }

  /** Takes in ids from `pages`; those that are there already stay. */
  async load(pages: AsyncIterable<readonly number[]>): Promise<void> {
    for await (const page of pages) for (const id of page) this.ids.add(id);
    this.loaded = true;
  }

  has(imageId: number): boolean {
    return this.ids.has(imageId);
  }

  /** Ids above `after`, ascending, `limit` at most. */
  *list(after = 0, limit = Infinity): Generator<number> {
    let left = limit;
    for (const id of this.ids.above(after)) {
      if (left-- <= 0) return;
      yield id;
    }
  }
}

import { Injectable } from '@nestjs/common';
import type { KnownIds } from '@ekphrasis/images';
import { IdSet } from './id-set.js';
import { OwnedIds } from './owned-ids.js';

/** Some of the ids that have a description. */
export interface DescribedIds {
  /** Ascending. */
  ids: readonly number[];
  /** The clients of those that have one; undefined where none has. */
  clients?: ReadonlyMap<number, string>;
}

/** Those above `after` and up to `upTo`. */
export interface IdRange extends DescribedIds {
  after: number;
  upTo: number;
}

/**
 * The ids whose description can be read, in memory, with whose they are: what `GET /images` answers from, with the broker up or down.
 *
 * Kept exact by the order in which it learns: it is bound to the broadcast of newly recorded ids first, and then loads
 * those recorded before from the database, at boot and after every reconnect. Whatever was broadcast before the binding had
 * been committed, so the load sees it; whatever comes after, the binding delivers. A load replaces all that was known before it,
 * but for what is learnt meanwhile: a database that came back older than it was has forgotten some.
 */
@Injectable()
export class ProcessedIdsRegistry implements KnownIds {
  private ids = new OwnedIds();
  /** What is learnt while the database is read, once for each who reads. */
  private readonly learning = new Set<OwnedIds>();
  /** Ids are never given out again. */
  private readonly removed = new IdSet();
  private loaded = false;

  get size(): number {
    return this.ids.size;
  }

  /** Whether the database was read at least once: before that the registry knows too little. */
  get isLoaded(): boolean {
    return this.loaded;
  }

  /** Resolves once the database was read. For health checks. */
  async check(): Promise<void> {
    if (!this.loaded) throw new Error('the finished ids are not loaded yet');
  }

  /** 0 where there is none. */
  get highest(): number {
    return this.ids.highest;
  }

  /** @param client whose it is; undefined for an image that came without a key */
  add(imageId: number, client?: string): void {
    if (this.removed.has(imageId)) return;
    this.ids.add(imageId, client);
    for (const learnt of this.learning) learnt.add(imageId, client);
  }

  /** For good: what is still told or read of it, by whoever has not heard of its deletion, does not bring it back. */
  remove(imageId: number): void {
    this.removed.add(imageId);
    this.ids.delete(imageId);
    for (const learnt of this.learning) learnt.delete(imageId);
  }

  /** Replaces all ids by those in `pages`, once all of them are there. */
  async load(pages: AsyncIterable<DescribedIds>): Promise<void> {
    await this.whileLearning(async (ids) => {
      for await (const page of pages) {
        for (const id of page.ids) if (!this.removed.has(id)) ids.add(id, page.clients?.get(id));
      }
      // at once: what is learnt from now on goes to these alone
      this.ids = ids;
    });
    this.loaded = true;
  }

  /**
   * Compares a part with the database, and puts it right.
   * @param read reads the part anew: its ids, which are those above `after` and up to `upTo`
   * @returns ids that were missing, and those that were too many
   */
  async compare(read: () => Promise<IdRange>): Promise<{ missing: number[]; stray: number[] }> {
    return this.whileLearning(async (learnt) => {
      const { ids, clients, after, upTo } = await read();
      const missing = ids.filter((id) => !this.ids.has(id));
      const found = new Set(ids);
      const stray = [...this.ids.between(after, upTo)].filter((id) => !found.has(id) && !learnt.has(id));
      for (const id of missing) this.add(id, clients?.get(id));
      for (const id of stray) this.ids.delete(id);
      return { missing, stray };
    });
  }

  private async whileLearning<T>(work: (learnt: OwnedIds) => Promise<T>): Promise<T> {
    const learnt = new OwnedIds();
    this.learning.add(learnt);
    try {
      return await work(learnt);
    } finally {
      this.learning.delete(learnt);
    }
  }

  has(imageId: number): boolean {
    return this.ids.has(imageId);
  }

  /** The same as `list`, as text in pieces, each id behind a comma: `,1,2` `,17`. Nobody may write to them: they are shared. */
  listEncoded(after = 0, limit = Infinity, client?: string): Iterable<Buffer> {
    return this.ids.encodedOf(client, after, limit);
  }

  /** The client's ids above `after`, or those of nobody, ascending, `limit` at most. */
  *list(after = 0, limit = Infinity, client?: string): Generator<number> {
    let left = limit;
    for (const id of this.ids.of(client, after)) {
      if (left-- <= 0) return;
      yield id;
    }
  }
}

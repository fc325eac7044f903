import { EncodedIds, TextBudget } from './encoded-ids.js';
import { IdSet } from './id-set.js';

/** The ids of one client, or of nobody, with their text. */
interface List {
  ids: IdSet;
  encoded: EncodedIds;
}

/** A set of ids with whose they are: each is one client's, or nobody's (undefined), and is listed there alone. */
export class OwnedIds {
  private readonly all = new IdSet();
  private readonly lists = new Map<string | undefined, List>();
  private readonly budget = new TextBudget();

  get size(): number {
    return this.all.size;
  }

  /** 0 where there is none. */
  get highest(): number {
    return this.all.highest;
  }

  has(id: number): boolean {
    return this.all.has(id);
  }

  /** Whose it was first stays whose it is. */
  add(id: number, owner: string | undefined): void {
    if (!this.all.add(id)) return;
    const list = this.listOf(owner);
    list.ids.add(id);
    list.encoded.changed(id);
  }

  delete(id: number): void {
    if (!this.all.has(id)) return;
    this.all.delete(id);
    for (const [owner, { ids, encoded }] of this.lists) {
      if (!ids.has(id)) continue;
      ids.delete(id);
      encoded.changed(id);
      if (ids.size === 0) this.lists.delete(owner);
      return;
    }
  }

  /** All of them above `after` and up to `upTo`, whoever has them, ascending. */
  *between(after: number, upTo: number): Generator<number> {
    for (const id of this.all.above(after)) {
      if (id > upTo) return;
      yield id;
    }
  }

  /** The owner's ids above `after`, ascending. */
  of(owner: string | undefined, after: number): Iterable<number> {
    return this.lists.get(owner)?.ids.above(after) ?? [];
  }

  /** The same, `limit` at most, as text in pieces: `,1,2` `,17`. Nobody may write to them: they are shared. */
  encodedOf(owner: string | undefined, after: number, limit: number): Iterable<Buffer> {
    return this.lists.get(owner)?.encoded.above(after, limit) ?? [];
  }

  private listOf(owner: string | undefined): List {
    const present = this.lists.get(owner);
    if (present) return present;
    const ids = new IdSet();
    const list = { ids, encoded: new EncodedIds(ids, this.budget) };
    this.lists.set(owner, list);
    return list;
  }
}

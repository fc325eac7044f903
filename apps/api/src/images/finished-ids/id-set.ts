const pageBits = 12;
const pageSize = 2 ** pageBits;
const wordBits = 32;

/** The number of the page that an id is in. */
export function pageOf(id: number): number {
  return Math.floor(id / pageSize);
}

/**
 * A set of non-negative safe integers, held as bitmaps of 4096 ids: 512 bytes a page, so an eighth of a byte an id where
 * ids are dense, as those of one database sequence are. Iterates in ascending order.
 */
export class IdSet {
  private readonly pages = new Map<number, Uint32Array>();
  /** The pages' numbers, ascending; undefined when a page was added out of order since they were sorted. */
  private order?: number[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Bytes held by the bitmaps. */
  get byteLength(): number {
    return this.pages.size * (pageSize / 8);
  }

  has(id: number): boolean {
    const place = id % pageSize;
    const word = this.pages.get(pageOf(id))?.[place >>> 5];
    return word !== undefined && (word & (1 << (place & (wordBits - 1)))) !== 0;
  }

  /** @returns whether it is new */
  add(id: number): boolean {
    const place = id % pageSize;
    const page = this.page(pageOf(id));
    const mask = 1 << (place & (wordBits - 1));
    const word = page[place >>> 5] ?? 0;
    if ((word & mask) !== 0) return false;
    page[place >>> 5] = word | mask;
    this.count += 1;
    return true;
  }

  delete(id: number): void {
    if (!this.has(id)) return;
    const place = id % pageSize;
    const page = this.page(pageOf(id));
    page[place >>> 5] = (page[place >>> 5] ?? 0) & ~(1 << (place & (wordBits - 1)));
    this.count -= 1;
  }

  /** 0 where there is none. */
  get highest(): number {
    this.order ??= [...this.pages.keys()].sort((a, b) => a - b);
    for (const number of this.order.toReversed()) {
      const highest = [...this.above(number * pageSize - 1)].at(-1);
      if (highest !== undefined) return highest;
    }
    return 0;
  }

  /** The ids above `after`, ascending. Ids added while it runs appear where they come later in the order. */
  *above(after = -1): Generator<number> {
    for (const page of this.pagesAbove(after)) for (const id of this.idsOf(page)) if (id > after) yield id;
  }

  /** The numbers of the pages that hold ids above `after`, or may, ascending. Pages added while it runs may not appear. */
  *pagesAbove(after = -1): Generator<number> {
    this.order ??= [...this.pages.keys()].sort((a, b) => a - b);
    for (const number of this.order) if ((number + 1) * pageSize - 1 > after) yield number;
  }

  /** The ids of one page, ascending: 4,096 at most. */
  idsOf(number: number): number[] {
    const ids: number[] = [];
    const page = this.pages.get(number) ?? [];
    for (let index = 0; index < page.length; index += 1) {
      // the lowest set bit first; clearing it leaves the others
      for (let word = page[index] ?? 0; word !== 0; word &= word - 1) {
        ids.push(number * pageSize + index * wordBits + (wordBits - 1 - Math.clz32(word & -word)));
      }
    }
    return ids;
  }

  private page(number: number): Uint32Array {
    const present = this.pages.get(number);
    if (present) return present;
    const page = new Uint32Array(pageSize / wordBits);
    this.pages.set(number, page);
    const last = this.order?.at(-1);
    // a generator that runs meanwhile keeps the list it began with
    if (this.order && (last === undefined || last < number)) this.order.push(number);
    else this.order = undefined;
    return page;
  }
}

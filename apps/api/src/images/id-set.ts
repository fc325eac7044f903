const pageBits = 12;
const pageSize = 2 ** pageBits;
const wordBits = 32;

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
    const word = this.pages.get(Math.floor(id / pageSize))?.[place >>> 5];
    return word !== undefined && (word & (1 << (place & (wordBits - 1)))) !== 0;
  }

  add(id: number): void {
    const place = id % pageSize;
    const page = this.page(Math.floor(id / pageSize));
    const mask = 1 << (place & (wordBits - 1));
    const word = page[place >>> 5] ?? 0;
    if ((word & mask) !== 0) return;
    page[place >>> 5] = word | mask;
    this.count += 1;
  }

  delete(id: number): void {
    if (!this.has(id)) return;
    const place = id % pageSize;
    const page = this.page(Math.floor(id / pageSize));
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
    this.order ??= [...this.pages.keys()].sort((a, b) => a - b);
    for (const number of this.order) {
      const page = this.pages.get(number);
      const first = number * pageSize;
      if (!page || first + pageSize - 1 <= after) continue;
      for (let index = 0; index < page.length; index += 1) {
        // the lowest set bit first; clearing it leaves the others
        for (let word = page[index] ?? 0; word !== 0; word &= word - 1) {
          const id = first + index * wordBits + (wordBits - 1 - Math.clz32(word & -word));
          if (id > after) yield id;
        }
      }
    }
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

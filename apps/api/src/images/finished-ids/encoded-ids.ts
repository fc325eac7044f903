import { pageOf, type IdSet } from './id-set.js';

/** Text that is kept: of some 15 million ids of seven digits. What does not fit in is made anew for each who asks. */
const capacityBytes = 128 * 1024 * 1024;

/** How much text several sets of ids may keep together. */
export class TextBudget {
  private kept = 0;

  constructor(private readonly capacity = capacityBytes) {}

  /** @returns whether there is room for it, and it is taken */
  take(bytes: number): boolean {
    if (this.kept + bytes > this.capacity) return false;
    this.kept += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.kept -= bytes;
  }
}

/**
 * The ids of a set as text, made once for all who ask: a page of the set is a piece, kept until the set changes in it. Of ids
 * that come nearly ascending only the last pages change.
 */
export class EncodedIds {
  private readonly kept = new Map<number, EncodedPage>();

  constructor(
    private readonly ids: IdSet,
    private readonly budget = new TextBudget(),
  ) {}

  /** To be told of each id that the set takes in or gives away. */
  changed(id: number): void {
    const page = pageOf(id);
    this.budget.giveBack(this.kept.get(page)?.text.length ?? 0);
    this.kept.delete(page);
  }

  /** The ids above `after`, ascending, `limit` at most, each behind a comma: `,1,2` `,17`. A piece is some 30 kB at most. */
  *above(after: number, limit: number): Generator<Buffer> {
    let left = limit;
    for (const page of this.ids.pagesAbove(after)) {
      if (left <= 0) return;
      const whole = this.page(page);
      const isWhole = whole.first > after && whole.count <= left;
      const { text, count } = isWhole
        ? whole
        : encode(
            this.ids.idsOf(page).filter((id) => id > after),
            left,
          );
      left -= count;
      if (count > 0) yield text;
    }
  }

  private page(number: number): EncodedPage {
    const present = this.kept.get(number);
    if (present) return present;
    const page = encode(this.ids.idsOf(number));
    if (this.budget.take(page.text.length)) this.kept.set(number, page);
    return page;
  }
}

interface EncodedPage {
  text: Buffer;
  first: number;
  count: number;
}

function encode(ids: readonly number[], limit = Infinity): EncodedPage {
  const some = ids.slice(0, limit);
  return { text: Buffer.from(`,${some.join(',')}`, 'latin1'), first: some[0] ?? 0, count: some.length };
}

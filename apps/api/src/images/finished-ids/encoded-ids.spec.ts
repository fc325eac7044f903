import { EncodedIds, TextBudget } from './encoded-ids.js';
import { IdSet } from './id-set.js';

function setOf(ids: Iterable<number>): IdSet {
  const set = new IdSet();
  for (const id of ids) set.add(id);
  return set;
}

const range = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
const idsIn = (pieces: Iterable<Buffer>): number[] =>
  [...pieces].flatMap((piece) => piece.toString('latin1').slice(1).split(',').map(Number));

describe('EncodedIds', () => {
  const all = [...range(1, 20_000, 3), ...range(60_000, 60_010), 2 ** 40, Number.MAX_SAFE_INTEGER];

  it.each([
    [0, Infinity],
    [0, 1],
    [0, 1_366],
    [1, Infinity],
    [4_095, Infinity],
    [4_096, 2],
    [10_000, 1_500],
    [59_999, 3],
    [60_009, 1],
    [2 ** 40, Infinity],
    [Number.MAX_SAFE_INTEGER, Infinity],
  ])('tells the ids above %d, %d at most', (after, limit) => {
    const encoded = new EncodedIds(setOf(all));
    const expected = all.filter((id) => id > after).slice(0, limit);
    for (let time = 0; time < 2; time += 1) expect(idsIn(encoded.above(after, limit))).toEqual(expected);
  });

  it('tells of none where there are none', () => {
    expect([...new EncodedIds(new IdSet()).above(0, Infinity)]).toEqual([]);
  });

  it('makes each page once for all who ask', () => {
    const encoded = new EncodedIds(setOf(range(1, 20_000)));
    const [first, second] = [[...encoded.above(0, Infinity)], [...encoded.above(0, Infinity)]];
    expect(first.length).toBe(5);
    for (const [index, piece] of first.entries()) expect(second[index]).toBe(piece);
  });

  it('makes only the page anew that an id was added to', () => {
    const ids = setOf(range(2, 20_000));
    const encoded = new EncodedIds(ids);
    const before = [...encoded.above(0, Infinity)];
    ids.add(1);
    encoded.changed(1);
    const after = [...encoded.above(0, Infinity)];
    expect(idsIn(after)).toEqual(range(1, 20_000));
    expect(after.map((piece, index) => piece === before[index])).toEqual([false, true, true, true, true]);
  });

  it('keeps no more than its capacity, and tells the rest all the same', () => {
    const ids = setOf(range(1, 40_000));
    const pageBytes = 4_096 * 5;
    const encoded = new EncodedIds(ids, new TextBudget(3 * pageBytes));
    const pieces = [...encoded.above(0, Infinity)];
    const again = [...encoded.above(0, Infinity)];
    expect(idsIn(again)).toEqual(range(1, 40_000));
    const kept = again.filter((piece, index) => piece === pieces[index]);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.reduce((bytes, { length }) => bytes + length, 0)).toBeLessThanOrEqual(3 * pageBytes);
    // what changed leaves room for another
    ids.add(40_000);
    encoded.changed(1);
    encoded.changed(39_999);
    expect(idsIn(encoded.above(0, Infinity))).toEqual(range(1, 40_001));
  });
});

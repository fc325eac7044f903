import { IdSet } from './id-set.js';

/** A small generator of its own, so that a failure can be repeated by its seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const ascending = (a: number, b: number): number => a - b;

describe('IdSet', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'holds what a Set holds, in ascending order (seed %i)',
    (seed) => {
      const random = randomNumbers(seed);
      const ids = new IdSet();
      const expected = new Set<number>();
      // dense, sparse, around the edges of words and pages, and up to the largest id
      const ranges = [100, 5_000, 2 ** 20, 2 ** 33, Number.MAX_SAFE_INTEGER];
      for (let step = 0; step < 2_000; step += 1) {
        const range = ranges[Math.floor(random() * ranges.length)]!;
        const near = Math.floor(random() * range);
        const id = random() < 0.3 ? Math.floor(near / 4096) * 4096 + Math.floor(random() * 3) : near;
        ids.add(id);
        expected.add(id);
      }
      expect(ids.size).toBe(expected.size);
      expect([...ids.above()]).toEqual([...expected].sort(ascending));
      for (const id of expected) expect(ids.has(id)).toBe(true);
      for (let look = 0; look < 200; look += 1) {
        const id = Math.floor(random() * 2 ** 20);
        expect(ids.has(id)).toBe(expected.has(id));
      }
      const after = [...expected][Math.floor(random() * expected.size)]!;
      expect([...ids.above(after)]).toEqual([...expected].filter((id) => id > after).sort(ascending));
    },
  );

  it('has the edges of words and pages apart', () => {
    const edges = [0, 31, 32, 4095, 4096, 8191, 8192, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
    const ids = new IdSet();
    for (const edge of edges) ids.add(edge);
    expect([...ids.above()]).toEqual(edges);
    for (const edge of edges.slice(1, -1)) expect(ids.has(edge + 1)).toBe(edges.includes(edge + 1));
  });

  it('lets go of ids, and knows the highest of those that are left', () => {
    const ids = new IdSet();
    expect(ids.highest).toBe(0);
    for (const id of [31, 7, 2 ** 32 + 1, 4096]) ids.add(id);
    expect(ids.highest).toBe(2 ** 32 + 1);
    for (const id of [2 ** 32 + 1, 2 ** 32 + 1, 31, 5, 2 ** 40]) ids.delete(id);
    expect([...ids.above()]).toEqual([7, 4096]);
    expect(ids.size).toBe(2);
    expect(ids.highest).toBe(4096);
    ids.add(31);
    expect([...ids.above()]).toEqual([7, 31, 4096]);
  });

  it('lets ids be added while it is iterated, and skips none that were there', () => {
    const ids = new IdSet();
    for (let id = 0; id < 10_000; id += 2) ids.add(id);
    const seen: number[] = [];
    for (const id of ids.above()) {
      seen.push(id);
      if (id < 5_000) ids.add(id + 50_001);
    }
    expect(seen.filter((id) => id < 10_000)).toEqual(Array.from({ length: 5_000 }, (_, index) => 2 * index));
    expect(seen).toEqual([...new Set(seen)].sort(ascending));
  });

  it('takes an eighth of a byte an id where ids are dense', () => {
    const ids = new IdSet();
    for (let id = 1; id <= 1_000_000; id += 1) ids.add(id);
    expect(ids.byteLength / ids.size).toBeLessThan(0.13);
  });
});

import { RequestCounts } from './request-counts.js';

const begin = 1_000_000;

describe('RequestCounts', () => {
  it('counts each caller by itself, and anew when its minute is over', () => {
    const counts = new RequestCounts(2);
    expect(counts.count('a', begin)).toEqual({ left: 1, seconds: 60 });
    expect(counts.count('a', begin + 59_001)).toEqual({ left: 0, seconds: 1 });
    expect(counts.count('a', begin + 59_999)).toEqual({ left: -1, seconds: 1 });
    expect(counts.count('b', begin + 59_999)).toEqual({ left: 1, seconds: 60 });
    expect(counts.count('a', begin + 60_000)).toEqual({ left: 1, seconds: 60 });
    expect(counts.count('b', begin + 60_000)).toEqual({ left: 0, seconds: 60 });
  });

  it('keeps no more callers than it may, and those last that came last', () => {
    const counts = new RequestCounts(10, 2);
    for (const caller of ['a', 'b', 'c']) counts.count(caller, begin);
    expect(counts.count('c', begin).left).toBe(8);
    expect(counts.count('b', begin).left).toBe(8);
    expect(counts.count('a', begin).left).toBe(9);
  });

  it('forgets callers whose minute is over', () => {
    const counts = new RequestCounts(10, 1_000);
    for (let caller = 0; caller < 100; caller += 1) counts.count(String(caller), begin);
    counts.count('last', begin + 60_000);
    expect((counts as unknown as { minutes: Map<string, unknown> }).minutes.size).toBe(1);
  });
});

import { RefusedKeys } from './refused-keys.js';

describe('RefusedKeys', () => {
  it('pauses a key for longer after each refusal, half a minute at most', () => {
    const keys = new RefusedKeys();
    const pauses: number[] = [];
    let now = 0;
    for (let round = 0; round < 7; round += 1) {
      keys.refused('lost', now);
      const begin = now;
      while (keys.paused(now).includes('lost')) now += 1_000;
      pauses.push(now - begin);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('counts refusals of what was sent together once', () => {
    const keys = new RefusedKeys();
    for (const now of [0, 0, 1_000]) keys.refused('lost', now);
    expect(keys.paused(2_999)).toEqual(['lost']);
    expect(keys.paused(3_000)).toEqual([]);
  });

  it('knows nothing of a key that got through', () => {
    const keys = new RefusedKeys();
    keys.refused('lost', 0);
    keys.refused('full', 0);
    keys.gotThrough('full');
    expect(keys.paused(0)).toEqual(['lost']);
    expect(keys.count).toBe(1);
    keys.refused('full', 0);
    expect(keys.paused(1_000)).toEqual([]);
  });
});

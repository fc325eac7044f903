import { leastShareAbove } from './red-share.js';

describe('the least share above a threshold', () => {
  it.each([
    [0.5, 5_001],
    [0.49999, 5_000],
    [0, 1],
    [-0.00001, 0],
    [-1e300, 0],
    [0.9999, 10_000],
    [1, 10_001],
    [1e300, 10_001],
    [5e-324, 1],
  ])('of %d is %d ten-thousandths', (threshold, share) => expect(leastShareAbove(threshold)).toBe(share));

  it('is the next one for every share there is, however its fraction is rounded', () => {
    for (let share = 0; share <= 10_000; share += 1) {
      expect(leastShareAbove(share / 10_000)).toBe(share + 1);
      expect(leastShareAbove(Number((share / 10_000).toFixed(4)))).toBe(share + 1);
    }
  });
});

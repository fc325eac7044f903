import { assignGroup } from './assign-group.js';

describe('assignGroup', () => {
  it('gives one user one group, whoever asks and whenever: the digest of the id decides', () => {
    expect(['user42', 'Анна', 'user1', ''].map(assignGroup)).toEqual(['user42', 'Анна', 'user1', ''].map(assignGroup));
    // the first byte of SHA-256 of "abc" is 0xba, of "a" 0xca, of "b" 0x3e, of "d" 0x18, of "f" 0x25
    expect(['abc', 'a', 'b', 'd', 'f'].map(assignGroup)).toEqual(['A', 'A', 'A', 'A', 'B']);
  });

  it('puts half of many users into each', () => {
    const groups = Array.from({ length: 10_000 }, (_, index) => assignGroup(`user${index}`));
    const inA = groups.filter((group) => group === 'A').length;
    // five standard deviations of 10,000 throws of a coin
    expect(Math.abs(inA - 5_000)).toBeLessThan(250);
  });
});

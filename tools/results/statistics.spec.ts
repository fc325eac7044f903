import { coveredLength, medianOf, percentile, percentilesOf } from './statistics.js';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

it('takes percentiles by nearest rank, whatever the order of the values', () => {
  expect(percentilesOf(upTo(100).toReversed())).toEqual({ p50: 50, p95: 95, p99: 99, largest: 100 });
  expect(percentilesOf(upTo(10))).toEqual({ p50: 5, p95: 10, p99: 10, largest: 10 });
  expect(percentilesOf([7])).toEqual({ p50: 7, p95: 7, p99: 7, largest: 7 });
});

it('holds for every percentile and number of values that so many are not above it, and that no smaller value would do', () => {
  for (const count of [1, 2, 3, 7, 20, 99, 100, 101]) {
    for (const share of [0.01, 0.5, 0.9, 0.95, 0.99, 1]) {
      const value = percentile(upTo(count), share);
      expect(value).toBeGreaterThanOrEqual(share * count - 1e-6);
      expect(value - 1).toBeLessThan(share * count);
    }
  }
});

it('knows no percentile of nothing', () => {
  expect(percentilesOf([]).p95).toBeNaN();
  expect(medianOf([])).toBeNaN();
});

it('takes the mean of both values in the middle as median', () => {
  expect(medianOf([4, 1, 3])).toBe(3);
  expect(medianOf([4, 1, 3, 2])).toBe(2.5);
});

it('counts what intervals cover, once', () => {
  const intervals = [
    [10, 20],
    [0, 4],
    [12, 15],
    [18, 25],
    [25, 26],
  ] as const;
  expect(coveredLength(intervals)).toBe(4 + 16);
  expect(coveredLength([])).toBe(0);
});

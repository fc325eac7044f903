import { poolSizes } from './pool-sizes.js';

it.each([
  [{ DATABASE_POOL_SIZE: 10 }, { reads: 3, others: 7 }],
  [{ DATABASE_POOL_SIZE: 4 }, { reads: 1, others: 3 }],
  [{ DATABASE_POOL_SIZE: 200 }, { reads: 60, others: 140 }],
  [
    { DATABASE_POOL_SIZE: 20, DATABASE_READ_POOL_SIZE: 2 },
    { reads: 2, others: 18 },
  ],
])('of %j are %j', (settings, sizes) => expect(poolSizes(settings)).toEqual(sizes));

it('names the variable that leaves too few for the others', () => {
  expect(() => poolSizes({ DATABASE_POOL_SIZE: 10, DATABASE_READ_POOL_SIZE: 8 })).toThrow(
    /at most 7, .* for DATABASE_READ_POOL_SIZE but received 8/,
  );
});

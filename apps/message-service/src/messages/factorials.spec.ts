import { codeOf } from '@ekphrasis/errors';
import { Factorials } from './factorials.js';

function codeOfThrown(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

describe('Factorials', () => {
  let factorials: Factorials;

  beforeEach(() => (factorials = new Factorials()));
  afterEach(() => factorials.onApplicationShutdown());

  it.each([
    [0, '1'],
    [1, '1'],
    [6, '720'],
    [20, '2432902008176640000'],
    [25, '15511210043330985984000000'],
  ])('of %d is %s', async (n, value) => expect(await factorials.of(n)).toBe(value));

  it('are exact up to 10,000, to the last of 35,660 digits', async () => {
    let expected = 1n;
    for (let factor = 1n; factor <= 10_000n; factor += 1n) expected *= factor;
    expect(await factorials.of(10_000)).toBe(expected.toString());
  });

  it('leave the event loop to others while a large one is computed', async () => {
    let isDone = false;
    const computing = Promise.all([9_999, 9_998, 9_997].map(async (n) => factorials.of(n))).then(() => (isDone = true));
    let turns = 0;
    while (!isDone) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await computing;
    expect(turns).toBeGreaterThan(10);
  });

  it.each([-1, -(2 ** 63)])('are none of %d', (n) => {
    expect(codeOfThrown(() => factorials.of(n))).toBe('invalid-request');
  });

  it.each([10_001, 2 ** 63])('are not computed of %d', (n) => {
    expect(codeOfThrown(() => factorials.of(n))).toBe('out-of-range');
  });
});

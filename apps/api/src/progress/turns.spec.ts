import { Turns } from './turns.js';

it('lets one begin in each turn, in their order', async () => {
  const turns = new Turns();
  const seen: (number | 'turn')[] = [];
  const waiting = [1, 2, 3].map((number) => turns.next().then(() => void seen.push(number)));
  const count = (): void => {
    seen.push('turn');
    if (seen.filter((each) => each !== 'turn').length < 3) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(waiting);
  const order = seen.filter((each) => each !== 'turn');
  expect(order).toEqual([1, 2, 3]);
  for (const number of [1, 2]) expect(seen[seen.indexOf(number) + 1]).toBe('turn');
});

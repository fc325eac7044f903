import { ProcessedIdsRegistry } from './processed-ids-registry.js';

async function* pagesOf(...pages: number[][]): AsyncGenerator<number[]> {
  yield* pages;
}

it('lists in text what it lists, whatever is learnt, compared and loaded', async () => {
  const registry = new ProcessedIdsRegistry();
  const listed = (): string => Buffer.concat([...registry.listEncoded()]).toString();
  await registry.load(pagesOf([1, 2, 3], [5_000]));
  expect(listed()).toBe(',1,2,3,5000');
  registry.add(4);
  expect(listed()).toBe(',1,2,3,4,5000');
  await registry.compare(async () => ({ ids: [1, 3, 4, 5], after: 0, upTo: 4_999 }));
  expect(listed()).toBe(',1,3,4,5,5000');
  await registry.load(pagesOf([2], [7_000]));
  expect(listed()).toBe(',2,7000');
  expect([...registry.list()]).toEqual([2, 7_000]);
});

it('loses nothing that is learnt while it loads, in whichever moment', async () => {
  for (let turns = 0; turns < 30; turns += 1) {
    const registry = new ProcessedIdsRegistry();
    registry.add(1);
    const loaded = registry.load(pagesOf([2, 4]));
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    registry.add(7);
    await loaded;
    expect([...registry.list()]).toEqual([2, 4, 7]);
    expect(Buffer.concat([...registry.listEncoded()]).toString()).toBe(',2,4,7');
  }
});

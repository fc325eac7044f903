import { clientsIn } from '../clients-by-id.js';
import { ProcessedIdsRegistry, type DescribedIds } from './processed-ids-registry.js';

async function* pagesOf(...pages: number[][]): AsyncGenerator<DescribedIds> {
  for (const ids of pages) yield { ids };
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

it('lists to each client its own, and to others what is nobody’s, however it learns of them', async () => {
  const registry = new ProcessedIdsRegistry();
  const lists = () => [undefined, 'a', 'b'].map((client) => [...registry.list(0, Infinity, client)]);
  async function* pages(): AsyncGenerator<DescribedIds> {
    yield { ids: [1, 2, 3, 4], clients: clientsIn({ 2: 'a', 4: 'b' }) };
    registry.add(5, 'a');
    yield { ids: [7] };
  }
  await registry.load(pages());
  expect(lists()).toEqual([[1, 3, 7], [2, 5], [4]]);
  registry.add(6);
  registry.add(8, 'b');
  const read = { ids: [1, 2, 3, 4, 9, 10], clients: clientsIn({ 9: 'a' }), after: 0, upTo: 7 };
  expect(await registry.compare(async () => read)).toEqual({ missing: [9, 10], stray: [5, 6, 7] });
  expect(lists()).toEqual([
    [1, 3, 10],
    [2, 9],
    [4, 8],
  ]);
  registry.remove(4);
  registry.add(4, 'b');
  registry.remove(2);
  expect(lists()).toEqual([[1, 3, 10], [9], [8]]);
  expect(Buffer.concat([...registry.listEncoded(0, Infinity, 'a')]).toString()).toBe(',9');
  expect([...registry.listEncoded(0, Infinity, 'c')]).toEqual([]);
  expect([registry.size, registry.highest]).toEqual([5, 10]);
});

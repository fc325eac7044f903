import { Coalescer } from './coalescer.js';

const options = { batchSize: 10, concurrency: 2, capacity: 100 };

describe('Coalescer', () => {
  it('does the work of calls that come together once, and gives each its own result', async () => {
    const flush = jest.fn(async (items: number[]) => items.map((item) => item * 2));
    const coalescer = new Coalescer(flush, options);
    expect(await Promise.all([1, 2, 3].map((item) => coalescer.add(item)))).toEqual([2, 4, 6]);
    expect(flush.mock.calls).toEqual([[[1, 2, 3]]]);
  });

  it('keeps batches and their number within bounds, and forgets nobody', async () => {
    let atOnce = 0;
    let most = 0;
    const flush = jest.fn(async (items: number[]) => {
      most = Math.max(most, (atOnce += 1));
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      return items;
    });
    const coalescer = new Coalescer(flush, options);
    const items = Array.from({ length: 95 }, (_, item) => item);
    expect(await Promise.all(items.map((item) => coalescer.add(item)))).toEqual(items);
    expect(most).toBe(2);
    expect(Math.max(...flush.mock.calls.map(([batch]) => batch.length))).toBe(10);
    expect(flush).toHaveBeenCalledTimes(10);
  });

  it('takes in while it works, and works on by itself', async () => {
    const finish: (() => void)[] = [];
    const coalescer = new Coalescer(
      async (items: string[]) => {
        await new Promise<void>((resolve) => finish.push(resolve));
        return items;
      },
      { ...options, concurrency: 1 },
    );
    const first = coalescer.add('first');
    while (finish.length < 1) await new Promise((resolve) => setImmediate(resolve));
    const later = [coalescer.add('second'), coalescer.add('third')];
    finish[0]!();
    expect(await first).toBe('first');
    while (finish.length < 2) await new Promise((resolve) => setImmediate(resolve));
    finish[1]!();
    expect(await Promise.all(later)).toEqual(['second', 'third']);
    expect(finish).toHaveLength(2);
  });

  it('waits for a batch that is under way with less than a whole one, and begins a whole one beside it', async () => {
    const finish: (() => void)[] = [];
    const batches: number[][] = [];
    const coalescer = new Coalescer(async (items: number[]) => {
      batches.push(items);
      await new Promise<void>((resolve) => finish.push(resolve));
      return items;
    }, options);
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const added = [coalescer.add(0)];
    await turn();
    for (let item = 1; item < 10; item += 1) added.push(coalescer.add(item));
    await turn();
    expect(batches).toEqual([[0]]);
    added.push(coalescer.add(10));
    await turn();
    expect(batches).toEqual([[0], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
    for (const each of finish) each();
    expect(await Promise.all(added)).toHaveLength(11);
  });

  it('tells everybody of a batch about its failure, and goes on with the next', async () => {
    let calls = 0;
    const coalescer = new Coalescer(async (items: number[]) => {
      if ((calls += 1) === 1) throw new Error('the database is away');
      return items;
    }, options);
    const outcomes = await Promise.allSettled([coalescer.add(1), coalescer.add(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await coalescer.add(3)).toBe(3);
  });

  it('refuses more than may wait, and takes in again when there is room', async () => {
    const coalescer = new Coalescer(async (items: number[]) => items, { ...options, capacity: 3 });
    const waiting = [1, 2, 3].map((item) => coalescer.add(item));
    await expect(coalescer.add(4)).rejects.toMatchObject({ code: 'overloaded', retryable: true });
    expect(await Promise.all(waiting)).toEqual([1, 2, 3]);
    expect(await coalescer.add(5)).toBe(5);
  });
});

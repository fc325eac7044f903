import { setImmediate as turn } from 'node:timers/promises';

/** Does the work for each, and lets others have their turn after every `size` of them. */
export async function inTurns<Item>(items: Iterable<Item>, size: number, work: (item: Item) => void): Promise<void> {
  let done = 0;
  for (const item of items) {
    work(item);
    done += 1;
    if (done % size === 0) await turn();
  }
}

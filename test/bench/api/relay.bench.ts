import { setTimeout as pause } from 'node:timers/promises';
import type { BarePublisherOptions } from './bare-publisher.task.js';
import type { BenchDatabase } from './bench-database.js';
import type { Figure } from './figure.js';
import type { Stage } from './stage.js';
import { median } from '../statistics.js';
import { runTask } from './task.js';

const messages = 50_000;
const rounds = 3;
/** As many as the relay has in flight. */
const window = 1_000;
const pollMs = 25;

/** A full outbox on its way to the broker, beside a loop that publishes the same messages from memory, and beside a message that stays. */
export async function benchRelay(stage: Stage): Promise<Figure[]> {
  const api = await stage.startApi();
  const bare: number[] = [];
  const relayed: number[] = [];
  const relayedBeside: number[] = [];
  for (let round = 0; round < rounds + 1; round += 1) {
    const options = { brokerUrl: stage.broker.url, messages, window };
    bare.push(await runTask<BarePublisherOptions, number>('bare-publisher.task', options));
    await stage.emptyQueues();
    relayed.push(await relayOnce(api.database));
    await stage.emptyQueues();
    await api.database.seedUnroutable();
    relayedBeside.push(await relayOnce(api.database));
    await api.database.removeUnroutable();
    await stage.emptyQueues();
  }
  // the first round is the warm-up
  const [counted, countedBare, countedBeside] = [relayed.slice(1), bare.slice(1), relayedBeside.slice(1)];
  return [
    { part: 'relay', name: 'bare loop, confirmed', value: median(countedBare), unit: '1/s' },
    { part: 'relay', name: 'relay, confirmed and out of the outbox', value: median(counted), unit: '1/s' },
    {
      part: 'relay',
      name: 'relay, ratio',
      value: median(counted.map((perSecond, index) => perSecond / (countedBare[index] ?? NaN))),
      unit: '×',
      target: { atLeast: 0.7 },
    },
    {
      part: 'relay',
      name: 'relay with one message that cannot be routed, against without',
      value: median(countedBeside.map((perSecond, index) => perSecond / (counted[index] ?? NaN))),
      unit: '×',
      target: { atLeast: 0.9 },
    },
  ];
}

/** @returns messages per second, from the first seen gone to the last */
async function relayOnce(database: BenchDatabase): Promise<number> {
  await database.seedJobs(messages);
  let startedAt = performance.now();
  let first = messages;
  for (;;) {
    const left = await database.outboxSize();
    const now = performance.now();
    if (left >= first) startedAt = now;
    else if (left === 0) return first / ((now - startedAt) / 1000);
    first = Math.max(first, left);
    await pause(pollMs);
  }
}

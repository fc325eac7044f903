import { setTimeout as delay } from 'node:timers/promises';
import type { SearchSettings } from '../generation/search-settings.js';
import { seededRandom } from '../../test/support/seeded-random.js';
import { BatchQueue, laneKeptMs, type RunBatch, type WaitingPicture } from './batch-queue.js';

interface NumberedPicture extends WaitingPicture {
  number: number;
}

const settingsOf = (numBeams: number): SearchSettings => ({
  promptIds: [1],
  sepTokenId: 2,
  maxLength: 20,
  minLength: 0,
  numBeams,
  numCaptions: 1,
  repetitionPenalty: 1,
  lengthPenalty: 1,
  earlyStopping: false,
});

function pictureOf(number: number, numBeams = 1, signal = new AbortController().signal): NumberedPicture {
  return { number, pixels: new Uint8Array(1), settings: settingsOf(numBeams), signal };
}

/** A lane that keeps what it was given until it is told to go on. */
function heldLane(): { run: RunBatch<NumberedPicture>; batches: number[][]; release: () => void } {
  const batches: number[][] = [];
  let release = (): void => undefined;
  const run = async (batch: readonly NumberedPicture[]): Promise<void> => {
    batches.push(batch.map(({ number }) => number));
    await new Promise<void>((resolve) => (release = resolve));
  };
  return { run, batches, release: () => release() };
}

/** What is due within so many milliseconds happens now. */
const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

describe('a queue, step by step', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('runs a full batch at once, and what is left over after the waiting time', async () => {
    const lane = heldLane();
    const queue = new BatchQueue([lane.run], { batchSize: 3, batchWaitMs: 30 });
    for (let number = 0; number < 4; number++) queue.add(pictureOf(number));
    expect(lane.batches).toEqual([[0, 1, 2]]);
    lane.release();
    await pass(29);
    expect(lane.batches).toHaveLength(1);
    await pass(1);
    expect(lane.batches).toEqual([[0, 1, 2], [3]]);
    lane.release();
  });

  it('lets pictures wait together while the lane is busy', async () => {
    const lane = heldLane();
    const queue = new BatchQueue([lane.run], { batchSize: 8, batchWaitMs: 0 });
    for (let number = 0; number < 6; number++) queue.add(pictureOf(number));
    expect(lane.batches).toEqual([[0]]);
    lane.release();
    await pass(0);
    expect(lane.batches).toEqual([[0], [1, 2, 3, 4, 5]]);
    lane.release();
  });

  it('spreads what waits over the lanes that are free', async () => {
    const lanes = [heldLane(), heldLane()];
    const queue = new BatchQueue(
      lanes.map(({ run }) => run),
      { batchSize: 8, batchWaitMs: 20 },
    );
    for (let number = 0; number < 6; number++) queue.add(pictureOf(number));
    await pass(20);
    expect(lanes.flatMap(({ batches }) => batches).map(({ length }) => length)).toEqual([3, 3]);
    for (const lane of lanes) lane.release();
  });

  it('drops a picture that is cancelled while it waits', async () => {
    const lane = heldLane();
    const controller = new AbortController();
    const queue = new BatchQueue([lane.run], { batchSize: 3, batchWaitMs: 20 });
    queue.add(pictureOf(0));
    queue.add(pictureOf(1, 1, controller.signal));
    controller.abort();
    await pass(20);
    expect(lane.batches).toEqual([[0]]);
    lane.release();
  });
});

describe('beam searches beside greedy pictures', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const limits = { batchSize: 4, batchWaitMs: 0 };
  const queueOf = (lanes: ReturnType<typeof heldLane>[]): BatchQueue<NumberedPicture> =>
    new BatchQueue(
      lanes.map(({ run }) => run),
      limits,
    );
  const add = (queue: BatchQueue<NumberedPicture>, numbers: readonly number[], numBeams: number): void =>
    numbers.forEach((number) => queue.add(pictureOf(number, numBeams)));
  const started = (lanes: ReturnType<typeof heldLane>[]): number[][] => lanes.flatMap(({ batches }) => batches);

  it('take turns with them on a single lane, however many came first', async () => {
    const lane = heldLane();
    const queue = queueOf([lane]);
    add(queue, [1, 2, 3, 4, 5, 6, 7, 8, 9], 3);
    add(queue, [101, 102, 103, 104, 105, 106], 1);
    for (let turn = 0; turn < 6; turn++) {
      lane.release();
      await pass(0);
    }
    expect(lane.batches).toEqual([[1], [101, 102, 103, 104], [2, 3], [105, 106], [4, 5], [6, 7], [8, 9]]);
  });

  it('leave one of several lanes free while greedy pictures come', async () => {
    const lanes = [heldLane(), heldLane()];
    const queue = queueOf(lanes);
    add(queue, [101], 1);
    for (const lane of lanes) lane.release();
    await pass(0);
    add(queue, [1, 2, 3, 4, 5, 6], 3);
    await pass(laneKeptMs - 1);
    expect(started(lanes)).toHaveLength(2);
    add(queue, [102], 1);
    expect(started(lanes)).toContainEqual([102]);
    for (const lane of lanes) lane.release();
  });

  it('take all lanes where no greedy picture has come for a while', async () => {
    const lanes = [heldLane(), heldLane()];
    const queue = queueOf(lanes);
    add(queue, [101], 1);
    for (const lane of lanes) lane.release();
    await pass(0);
    add(queue, [1, 2, 3, 4, 5, 6], 3);
    await pass(laneKeptMs);
    expect(started(lanes)).toHaveLength(3);
    for (const lane of lanes) lane.release();
  });

  it('come in batches of so many pictures as the decoder has rows for, one at least', async () => {
    const lane = heldLane();
    const queue = new BatchQueue([lane.run], { batchSize: 4, batchWaitMs: 20 });
    add(queue, [1, 2], 4);
    expect(lane.batches).toEqual([[1, 2]]);
    add(queue, [3, 4], 16);
    add(queue, [5, 6], 8);
    for (let turn = 0; turn < 4; turn++) {
      lane.release();
      await pass(20);
    }
    expect(lane.batches).toEqual([[1, 2], [3], [5], [4], [6]]);
    lane.release();
  });

  it('of unlike settings take turns among each other', async () => {
    const lane = heldLane();
    const queue = queueOf([lane]);
    add(queue, [1, 2, 3, 4, 5, 6], 2);
    add(queue, [11, 12], 4);
    for (let turn = 0; turn < 3; turn++) {
      lane.release();
      await pass(1);
    }
    expect(lane.batches).toEqual([[1], [2, 3, 4, 5], [11, 12], [6]]);
    lane.release();
  });
});

it('runs every picture once, unless it was cancelled, in batches of equal settings that are never too large', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const random = seededRandom(seed);
    const limits = { batchSize: random.whole(1, 7), batchWaitMs: random.whole(0, 4) };
    const seen = new Map<number, number>();
    let busy = 0;
    const lane: RunBatch<NumberedPicture> = async (batch) => {
      expect(batch.length).toBeGreaterThan(0);
      expect(batch.length).toBeLessThanOrEqual(limits.batchSize);
      expect(new Set(batch.map(({ settings }) => settings.numBeams)).size).toBe(1);
      for (const { number } of batch) seen.set(number, (seen.get(number) ?? 0) + 1);
      expect(++busy).toBeLessThanOrEqual(2);
      await delay(random.whole(0, 3));
      busy--;
    };
    const queue = new BatchQueue([lane, lane], limits);
    const cancelled = new Set<number>();
    for (let number = 0; number < 60; number++) {
      const controller = new AbortController();
      const wasSeen = (): boolean => seen.has(number);
      queue.add(pictureOf(number, random.whole(1, 3), controller.signal));
      if (random.number() < 0.2) {
        if (!wasSeen()) cancelled.add(number);
        controller.abort();
      }
      if (random.number() < 0.3) await delay(random.whole(0, 2));
    }
    const expected = Array.from({ length: 60 }, (_, number) => number).filter((number) => !cancelled.has(number));
    for (let waited = 0; seen.size < expected.length && waited < 500; waited++) await delay(2);
    expect([...seen.keys()].sort((a, b) => a - b)).toEqual(expected);
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
  }
});

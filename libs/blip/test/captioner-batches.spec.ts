/* Real here: a compiled bundle, its worker threads, sharp and ONNX Runtime. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pngPicture } from '../../pictures/test/support/pictures.js';
import { loadCaptionModel, type CaptionModelOptions } from '../src/index.js';
import { compileTinyBundle } from './support/tiny-bundle.js';
import { tokenIdsOf, useModel, type ModelUse } from './support/use-model.js';

/** What Node.js has warned of; see test/onnx-environment.cjs. */
declare const processWarnings: Error[];

let directory: string;
let bundle: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-blip-'));
  bundle = await compileTinyBundle(directory);
});
afterAll(() => rm(directory, { recursive: true }));

const withModel = (options: CaptionModelOptions, use: ModelUse) => useModel(bundle, options, use);

it('runs requests of different callers together, up to the batch size', async () => {
  await withModel({ batchSize: 4, batchWaitMs: 30_000 }, async (model) => {
    const pictures = await Promise.all(Array.from({ length: 8 }, (_, seed) => pngPicture(seed)));
    await Promise.all(pictures.map((picture) => model.caption([picture])));
    await model.close();
    expect(model.statistics()).toMatchObject({ pictures: 8, batches: 2 });
  });
});

it('spends no step on a sequence that has ended', async () => {
  const pictures = await Promise.all(Array.from({ length: 12 }, (_, seed) => pngPicture(seed)));
  await withModel({ batchSize: 12, batchWaitMs: 30_000 }, async (model) => {
    const lengths = tokenIdsOf(await model.caption(pictures)).map((tokens) => tokens.length);
    await model.close();
    expect(new Set(lengths).size).toBeGreaterThan(1);
    const stepsThatTheyNeed = lengths.reduce((sum, length) => sum + length - 1, 0);
    expect(model.statistics()).toMatchObject({ batches: 1, tokens: stepsThatTheyNeed });
  });
});

it('computes identical pictures in flight once, and again for other options', async () => {
  await withModel({ batchWaitMs: 100 }, async (model) => {
    const picture = await pngPicture(7);
    const calls = Array.from({ length: 6 }, () => model.caption([picture, Buffer.from(picture)]));
    const others = model.caption([picture], { numBeams: 2 });
    expect(new Set((await Promise.all(calls)).flatMap(tokenIdsOf).map(String)).size).toBe(1);
    await others;
    await model.close();
    expect(model.statistics().pictures).toBe(2);
  });
});

it('ends a call at once when its signal aborts, and goes on for whoever else waits for the picture', async () => {
  await withModel({ batchWaitMs: 150 }, async (model) => {
    const picture = await pngPicture(9);
    const controller = new AbortController();
    const aborted = model.caption([picture], {}, controller.signal);
    const kept = model.caption([picture]);
    const reason = new Error('nobody waits any more');
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    expect(tokenIdsOf(await kept)).toHaveLength(1);
    await expect(model.caption([picture], {}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

it('takes many pictures with one signal without a warning', async () => {
  const before = processWarnings.length;
  await withModel({}, async (model) => {
    const pictures = await Promise.all(Array.from({ length: 30 }, (_, seed) => pngPicture(seed)));
    expect(await model.caption(pictures, {}, new AbortController().signal)).toHaveLength(30);
  });
  expect(processWarnings.slice(before).map(String)).toEqual([]);
});

it('does not run what everybody has left', async () => {
  await withModel({ batchWaitMs: 200 }, async (model) => {
    const controller = new AbortController();
    const aborted = model.caption([await pngPicture(9)], {}, controller.signal);
    controller.abort();
    await expect(aborted).rejects.toThrow();
    await model.close();
    expect(model.statistics().pictures).toBe(0);
  });
});

it('leaves the thread that calls it free', async () => {
  await withModel({}, async (model) => {
    const pictures = await Promise.all(Array.from({ length: 24 }, (_, seed) => pngPicture(seed, 900, 700)));
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 1);
    await model.caption(pictures, { numBeams: 4 });
    clearInterval(turning);
    expect(turns).toBeGreaterThan(pictures.length);
  });
});

it('finishes what runs when it is closed, and refuses what comes', async () => {
  const model = await loadCaptionModel(bundle, { lanes: 1, batchWaitMs: 50 });
  const running = model.caption([await pngPicture(1), await pngPicture(2)]);
  const closed = model.close();
  await expect(model.caption([await pngPicture(3)])).rejects.toMatchObject({ code: 'model-closed' });
  expect(tokenIdsOf(await running)).toHaveLength(2);
  await closed;
});

/* Real here: a compiled bundle, its worker threads, sharp and ONNX Runtime. */
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  loadCaptionModel,
  precisions,
  type BlipCaptionModel,
  type CaptionModelOptions,
  type CaptionOutcome,
  type Precision,
  type Sentence,
} from '../src/index.js';
import { goldenDirectory } from './support/golden-checkpoint.js';
import { pngPicture } from '../../pictures/test/support/pictures.js';
import { compileTinyBundle } from './support/tiny-bundle.js';

let directory: string;
const bundles: Record<Precision, string> = { fp32: '', int8: '' };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-blip-'));
  for (const precision of precisions) {
    bundles[precision] = await compileTinyBundle(join(directory, precision), precision);
  }
});

afterAll(() => rm(directory, { recursive: true }));

async function withModel(
  options: CaptionModelOptions,
  use: (model: BlipCaptionModel) => Promise<void>,
  precision: Precision = 'fp32',
): Promise<void> {
  const model = await loadCaptionModel(bundles[precision], { lanes: 1, ...options });
  await use(model).finally(() => model.close());
}

function ids(outcomes: readonly CaptionOutcome[]): number[][] {
  return outcomes.map((outcome) => {
    if ('error' in outcome) throw outcome.error;
    return outcome.caption.tokenIds;
  });
}

it('captions pictures in their order, with text, ids, confidence and timings, whatever their neighbours are', async () => {
  const jpeg = await readFile(join(goldenDirectory, 'preprocessing', 'q90.jpg'));
  await withModel({}, async (model) => {
    expect(model.name).toBe('checkpoint fp32');
    const [first, broken, second] = await model.caption([jpeg, Buffer.from('nothing'), await pngPicture(1)]);
    expect(broken).toMatchObject({ error: { code: 'not-a-picture', retryable: false } });
    for (const outcome of [first!, second!]) {
      if ('error' in outcome) throw outcome.error;
      const { text, tokenIds, confidence, timings } = outcome.caption;
      expect(tokenIds[0]).toBe(118);
      expect(text).toEqual(expect.any(String));
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
      expect(Math.min(timings.decode, timings.encode, timings.generate)).toBeGreaterThan(0);
    }
  });
});

describe.each(precisions)('in %s', (precision) => {
  it.each([
    {},
    { numBeams: 3 },
    { captions: 4, numBeams: 2 },
    { prompt: 'a picture of', numBeams: 2, repetitionPenalty: 1.3 },
    { minLength: 9, maxLength: 14 },
  ])('gives a picture the same caption alone and among others, on one lane and on two, with %j', async (options) => {
    const pictures = await Promise.all(Array.from({ length: 13 }, (_, seed) => pngPicture(seed)));
    const captions = async (settings: CaptionModelOptions, together: number): Promise<number[][]> => {
      const all: number[][] = [];
      await withModel(
        settings,
        async (model) => {
          for (let start = 0; start < pictures.length; start += together) {
            all.push(...ids(await model.caption(pictures.slice(start, start + together), options)));
          }
        },
        precision,
      );
      return all;
    };
    const alone = await captions({ batchSize: 1 }, 1);
    for (const settings of [{ batchSize: 5 }, { batchSize: 16, batchWaitMs: 50 }, { batchSize: 4, lanes: 2 }]) {
      expect(await captions(settings, pictures.length)).toEqual(alone);
    }
    expect(new Set(alone.map(String)).size).toBeGreaterThan(3);
  });
});

it('cuts the prompt from the text and keeps it in the ids', async () => {
  await withModel({}, async (model) => {
    const [outcome] = await model.caption([await pngPicture(4)], { prompt: 'a picture of ', minLength: 8 });
    if (!outcome || 'error' in outcome) throw new Error('no caption');
    expect(outcome.caption.tokenIds.slice(0, 4)).toEqual([118, 6, 63, 9]);
    expect(outcome.caption.text).not.toMatch(/^a picture of/);
  });
});

function sentencesOf([outcome]: readonly CaptionOutcome[]): Sentence[] {
  if (!outcome || 'error' in outcome) throw outcome?.error ?? new Error('no outcome');
  return outcome.caption.sentences;
}

it('gives as many sentences as are asked for, all different, the best first, which is the caption itself', async () => {
  await withModel({}, async (model) => {
    for (let seed = 0; seed < 8; seed++) {
      const picture = await pngPicture(seed);
      const sentences = sentencesOf(await model.caption([picture], { captions: 5, maxLength: 12 }));
      const [best] = await model.caption([picture], { numBeams: 5, maxLength: 12 });
      expect(best).toMatchObject({ caption: { ...sentences[0]!, sentences: [sentences[0]] } });
      expect(sentences.length).toBeGreaterThan(1);
      expect(sentences.length).toBeLessThanOrEqual(5);
      expect(new Set(sentences.map(({ text }) => text)).size).toBe(sentences.length);
      const confidences = sentences.map(({ confidence }) => confidence);
      expect(confidences).toEqual([...confidences].sort((one, other) => other - one));
    }
  });
});

it('gives the greedy sentence alone where no others are asked for', async () => {
  await withModel({}, async (model) => {
    const sentences = sentencesOf(await model.caption([await pngPicture(2)]));
    expect(sentences).toHaveLength(1);
  });
});

it('leaves words out of the prompt that the vocabulary cannot spell', async () => {
  await withModel({}, async (model) => {
    const picture = await pngPicture(4);
    const [known] = ids(await model.caption([picture], { prompt: 'a picture of' }));
    const [both] = ids(await model.caption([picture], { prompt: 'a 🐈 picture of' }));
    const [unknown] = ids(await model.caption([picture], { prompt: '🐈' }));
    expect(both).toEqual(known);
    expect([unknown]).toEqual(ids(await model.caption([picture])));
  });
});

it('takes a length beyond the model’s positions for the most that it has', async () => {
  await withModel({}, async (model) => {
    const picture = await pngPicture(1);
    const [longest] = ids(await model.caption([picture], { minLength: 65, maxLength: 65 }));
    expect(longest).toHaveLength(65);
    expect(ids(await model.caption([picture], { minLength: 65, maxLength: 1000 }))).toEqual([longest]);
  });
});

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
    const lengths = ids(await model.caption(pictures)).map((tokens) => tokens.length);
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
    expect(new Set((await Promise.all(calls)).flatMap(ids).map(String)).size).toBe(1);
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
    expect(ids(await kept)).toHaveLength(1);
    await expect(model.caption([picture], {}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

it('takes many pictures with one signal without a warning', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error): number => warnings.push(warning);
  process.on('warning', listen);
  await withModel({}, async (model) => {
    const pictures = await Promise.all(Array.from({ length: 30 }, (_, seed) => pngPicture(seed)));
    expect(await model.caption(pictures, {}, new AbortController().signal)).toHaveLength(30);
  });
  process.off('warning', listen);
  expect(warnings).toEqual([]);
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
  const model = await loadCaptionModel(bundles.fp32, { lanes: 1, batchWaitMs: 50 });
  const running = model.caption([await pngPicture(1), await pngPicture(2)]);
  const closed = model.close();
  await expect(model.caption([await pngPicture(3)])).rejects.toMatchObject({ code: 'model-closed' });
  expect(ids(await running)).toHaveLength(2);
  await closed;
});

it.each([
  [{ numBeams: 0 }, 'Expected a whole number from 1 to 16 for numBeams but received 0'],
  [{ captions: 17 }, 'Expected a whole number from 1 to 16 for captions but received 17'],
  [{ maxLength: 1 }, 'Expected a whole number of at least 2 for maxLength but received 1'],
  [{ minLength: 21 }, 'Expected a whole number from 0 to 20 for minLength but received 21'],
  [{ repetitionPenalty: -1 }, 'Expected a number above 0 for repetitionPenalty but received -1'],
  [
    { maxLength: 4, prompt: 'a picture of' },
    'Expected a prompt of at most 2 tokens for a caption of at most 4 but received 3',
  ],
])('refuses the options %j', async (options, message) => {
  await withModel({}, async (model) => {
    await expect(model.caption([await pngPicture(1)], options)).rejects.toMatchObject({
      code: 'bad-caption-options',
      message,
    });
  });
});

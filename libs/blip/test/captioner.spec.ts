/* Real here: a compiled bundle, its worker threads, sharp and ONNX Runtime. How pictures are run together is in captioner-batches.spec.ts. */
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pngPicture } from '../../pictures/test/support/pictures.js';
import {
  precisions,
  type CaptionModelOptions,
  type CaptionOutcome,
  type Precision,
  type Sentence,
} from '../src/index.js';
import { goldenDirectory } from './support/golden-checkpoint.js';
import { compileTinyBundle } from './support/tiny-bundle.js';
import { tokenIdsOf, useModel, type ModelUse } from './support/use-model.js';

let directory: string;
const bundles: Record<Precision, string> = { fp32: '', int8: '' };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ekphrasis-blip-'));
  for (const precision of precisions) {
    bundles[precision] = await compileTinyBundle(join(directory, precision), precision);
  }
});

afterAll(() => rm(directory, { recursive: true }));

const withModel = (options: CaptionModelOptions, use: ModelUse, precision: Precision = 'fp32') =>
  useModel(bundles[precision], options, use);

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
            all.push(...tokenIdsOf(await model.caption(pictures.slice(start, start + together), options)));
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
    const [known] = tokenIdsOf(await model.caption([picture], { prompt: 'a picture of' }));
    const [both] = tokenIdsOf(await model.caption([picture], { prompt: 'a 🐈 picture of' }));
    const [unknown] = tokenIdsOf(await model.caption([picture], { prompt: '🐈' }));
    expect(both).toEqual(known);
    expect([unknown]).toEqual(tokenIdsOf(await model.caption([picture])));
  });
});

it('takes a length beyond the model’s positions for the most that it has', async () => {
  await withModel({}, async (model) => {
    const picture = await pngPicture(1);
    const [longest] = tokenIdsOf(await model.caption([picture], { minLength: 65, maxLength: 65 }));
    expect(longest).toHaveLength(65);
    expect(tokenIdsOf(await model.caption([picture], { minLength: 65, maxLength: 1000 }))).toEqual([longest]);
  });
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

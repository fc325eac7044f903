/* Real here: the compiler, ONNX Runtime, and the numbers of transformers (PyTorch) in `golden/`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compileCheckpoint } from '../src/compiler/compile-checkpoint.js';
import {
  checkpointForms,
  copyTinyCheckpoint,
  readExpectedGenerations,
  readReference,
  relativeError,
  withDirectory,
  type CheckpointForm,
} from './support/golden-checkpoint.js';
import { settingsOf, unpadded } from './support/golden-generation.js';
import { GraphRunner } from './support/graph-runner.js';
import { addsInt8Exactly } from './support/int8-arithmetic.js';

const pictures = 4;
const forcedLength = 14;
/** ‖found − reference‖ / ‖reference‖ that float32 may have. */
const fp32Bound = 1e-4;

async function withGraphs(
  form: CheckpointForm,
  precision: 'fp32' | 'int8',
  use: (graphs: GraphRunner) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const checkpoint = join(directory, 'checkpoint');
    await mkdir(checkpoint);
    await copyTinyCheckpoint(checkpoint, form);
    await compileCheckpoint(checkpoint, join(directory, 'bundle'), { precision });
    const graphs = await GraphRunner.load(join(directory, 'bundle'));
    await use(graphs).finally(() => graphs.close());
  });
}

describe.each(checkpointForms)('the golden checkpoint saved as %s, in fp32', (form) => {
  it('gives the reference’s encoder states and teacher-forced logits, step by step and in one go', async () => {
    const reference = await readReference(['pixel_values', 'image_embeds', 'forced_input_ids', 'forced_logits']);
    await withGraphs(form, 'fp32', async (graphs) => {
      const { states, pictures: memory } = await graphs.encode(reference['pixel_values']!, pictures);
      expect(relativeError(states, reference['image_embeds']!)).toBeLessThan(fp32Bound);
      for (const stepLengths of [Array<number>(forcedLength).fill(1), [4, 1, 9], [forcedLength]]) {
        const found = await graphs.forcedLogits(memory, forcedRows(reference['forced_input_ids']!), stepLengths);
        for (const [position, logits] of found) {
          expect(relativeError(logits, logitsAt(reference['forced_logits']!, position))).toBeLessThan(fp32Bound);
        }
      }
    });
  });

  it('generates the reference’s token ids, and its beam scores, for every variant of generate', async () => {
    const { pixel_values: pixelValues } = await readReference(['pixel_values']);
    const variants = Object.entries(await readExpectedGenerations());
    expect(variants).toHaveLength(13);
    await withGraphs(form, 'fp32', async (graphs) => {
      for (const [variant, { kwargs, per_image: expected }] of variants) {
        const { pictures: memory } = await graphs.encode(pixelValues!, pictures);
        const searches = await graphs.search(memory, pictures, settingsOf(graphs, kwargs));
        for (const [picture, { ids, scores }] of expected.entries()) {
          const found = searches[picture]!.results();
          expect({ variant, picture, ids: found.map(({ tokenIds }) => tokenIds) }).toEqual({
            variant,
            picture,
            ids: ids.map(unpadded),
          });
          for (const [rank, score] of (scores ?? []).entries()) expect(found[rank]!.score).toBeCloseTo(score, 4);
        }
      }
    });
  });
});

it('is as sure of a caption as the reference: the mean log-probability of its greedy tokens', async () => {
  const names = Array.from({ length: pictures }, (_, picture) => `greedy_default_scores.${picture}`);
  const reference = await readReference(['pixel_values', ...names]);
  await withGraphs('model', 'fp32', async (graphs) => {
    const { pictures: memory } = await graphs.encode(reference['pixel_values']!, pictures);
    const searches = await graphs.search(memory, pictures, settingsOf(graphs, {}));
    for (const [picture, search] of searches.entries()) {
      const { tokenIds, meanLogProbability } = search.results()[0]!;
      const scores = reference[names[picture]!]!;
      const steps = tokenIds.slice(1).map((id, step, all) => logProbability(slice(scores, step, all.length), id));
      expect(meanLogProbability).toBeCloseTo(steps.reduce((sum, value) => sum + value, 0) / steps.length, 4);
    }
  });
});

describe('the golden checkpoint in int8', () => {
  it('stays within a bound of the reference’s states and logits, and says mostly the same words', async () => {
    const reference = await readReference(['pixel_values', 'image_embeds', 'forced_input_ids', 'forced_logits']);
    const expected = (await readExpectedGenerations())['greedy_default']!.per_image;
    await withGraphs('model', 'int8', async (graphs) => {
      const states: number[] = [];
      const logits: number[] = [];
      let agreed = 0;
      let tokens = 0;
      for (let picture = 0; picture < pictures; picture++) {
        const one = await graphs.encode(slice(reference['pixel_values']!, picture, pictures), 1);
        states.push(relativeError(one.states, slice(reference['image_embeds']!, picture, pictures)));
        const rows = [forcedRows(reference['forced_input_ids']!)[picture]!];
        const found = await graphs.forcedLogits(one.pictures, rows, Array<number>(forcedLength).fill(1));
        const all = Float32Array.from([...found.values()].flatMap((values) => [...values]));
        logits.push(relativeError(all, slice(reference['forced_logits']!, picture, pictures)));
        const [search] = await graphs.search(one.pictures, 1, settingsOf(graphs, { max_length: 20 }));
        const ids = search!.results()[0]!.tokenIds;
        agreed += expected[picture]!.ids[0]!.filter((id, place) => ids[place] === id).length;
        tokens += expected[picture]!.ids[0]!.length;
      }
      console.info(
        `int8: states ${String(Math.max(...states))}, logits ${String(Math.max(...logits))}, ids ${agreed}/${tokens}`,
      );
      expect(Math.max(...states)).toBeLessThan(0.04);
      expect(Math.max(...logits)).toBeLessThan(0.08);
      expect(agreed / tokens).toBeGreaterThan(addsInt8Exactly() ? 0.6 : 0.4);
    });
  });
});

function forcedRows(ids: Float32Array): number[][] {
  return Array.from({ length: pictures }, (_, picture) => [...slice(ids, picture, pictures)]);
}

/** The rows' logits at one position, of [pictures, positions, vocabulary]. */
function logitsAt(all: Float32Array, position: number): Float32Array {
  const vocabulary = all.length / pictures / forcedLength;
  return Float32Array.from({ length: pictures * vocabulary }, (_, index) => {
    const picture = Math.floor(index / vocabulary);
    return all[(picture * forcedLength + position) * vocabulary + (index % vocabulary)]!;
  });
}

function slice(values: Float32Array, part: number, parts: number): Float32Array {
  const length = values.length / parts;
  return values.slice(part * length, (part + 1) * length);
}

function logProbability(logits: Float32Array, id: number): number {
  return logits[id]! - Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
}

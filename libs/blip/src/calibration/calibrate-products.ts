import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { normalNumbers } from '../checkpoint/normal-numbers.js';
import { PlannedProducts, type Products, type Remedy } from '../compiler/products.js';
import { wordEmbeddings } from '../compiler/token-embeddings.js';
import { RelativeError } from '../verification/relative-error.js';
import { pixelNormalisation } from '../preprocessing/pixel-values.js';
import { statedShare } from './agreement.js';
import { calibrationPictures } from './calibration-pictures.js';
import type { Calibration, Int8Report } from './calibration.js';
import { ObservedProducts } from './observed-products.js';
import { ProductErrors, type StageResults } from './product-errors.js';
import { smoothingScales } from './smoothing.js';
import { StageGraph, stageResult } from './stage-graph.js';
import { StageStream } from './stage-stream.js';
import { modelStages, type Stage } from './stages.js';
import { tableError } from './table-error.js';

/** The relative error that a product in int8 may have, unless another is asked for: argued in the README. */
const defaultBound = 0.03;

const pictures = 4;
const longestSequence = 32;

/**
 * Finds the products of a checkpoint that int8 would spoil, by running the model on a few pictures and sequences of words,
 * the same ones every time. A product whose error is beyond the bound has its inputs scaled; where that is not enough, it
 * stays in float32. Of the model one layer is in memory at a time, so the files of its weights are written to `directory`.
 */
export async function calibrateProducts(
  checkpoint: Checkpoint,
  directory: string,
  bound = defaultBound,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<Calibration> {
  const calibrator = new Calibrator(checkpoint, directory, bound);
  await calibrator.checkWords();
  const stages = modelStages(checkpoint);
  for (const [done, stage] of stages.entries()) {
    onProgress(done, stages.length);
    await calibrator.pass(stage);
  }
  onProgress(stages.length, stages.length);
  return calibrator.result();
}

/** Takes two streams of every picture through the stages: as float32 computes them, and as int8 with its remedies does. */
class Calibrator {
  private readonly exact: StageStream[];
  private readonly rounded: StageStream[];
  private readonly remedies = new Map<string, Remedy>();
  private readonly smoothed: Int8Report['smoothed'] = [];
  private readonly keptInFp32: Int8Report['keptInFp32'] = [];
  private readonly products = new Set<string>();

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly directory: string,
    private readonly bound: number,
  ) {
    this.exact = calibrationStreams(checkpoint);
    this.rounded = calibrationStreams(checkpoint);
  }

  /** The table of words is no product, but it is rounded too. */
  async checkWords(): Promise<void> {
    const { vocabularySize, hiddenSize } = this.checkpoint.configuration.text;
    const error = await tableError(this.checkpoint.tensor(wordEmbeddings, [vocabularySize, hiddenSize]), hiddenSize);
    this.products.add(wordEmbeddings);
    if (error <= this.bound) return;
    this.remedies.set(wordEmbeddings, 'fp32');
    this.keptInFp32.push({ product: wordEmbeddings, error });
  }

  async pass(stage: Stage): Promise<void> {
    const observed = new ObservedProducts();
    const exactResults = await this.run(stage, observed, this.exact);
    await this.decide(stage, errorsOf(observed, exactResults));
    const planned = new PlannedProducts('int8', this.remedies);
    const roundedResults = await this.run(stage, planned, this.rounded);
    for (const [index, stream] of this.exact.entries()) stream.take(stage, exactResults[index]![stageResult]!);
    for (const [index, stream] of this.rounded.entries()) stream.take(stage, roundedResults[index]![stageResult]!);
  }

  result(): Calibration {
    const hits = this.exact.map((stream, index) => agreements(stream.nextWords, this.rounded[index]!.nextWords));
    const places = this.exact.reduce((sum, { nextWords }) => sum + nextWords.length, 0);
    const agreed = hits.reduce((sum, count) => sum + count, 0);
    const statesError = new RelativeError();
    for (const [index, { states }] of this.exact.entries()) statesError.add(this.rounded[index]!.states, states);
    return {
      remedies: this.remedies,
      report: {
        bound: this.bound,
        smoothed: this.smoothed,
        keptInFp32: this.keptInFp32,
        products: this.products.size,
        statesError: statesError.value,
        agreement: { places, measured: agreed / places, stated: statedShare(agreed, places) },
      },
    };
  }

  private async decide(stage: Stage, errors: ReadonlyMap<string, ProductErrors>): Promise<void> {
    const spoilt = [...errors].filter(([name, { relative }]) => relative > this.bound && !this.products.has(name));
    for (const name of errors.keys()) this.products.add(name);
    if (spoilt.length === 0) return;
    const scales = new Map<string, Float32Array>();
    for (const [name, { layer, largest }] of spoilt) scales.set(name, await smoothingScales(layer, largest));
    const observed = new ObservedProducts(scales);
    const smoothed = errorsOf(observed, await this.run(stage, observed, this.exact));
    for (const [product, { relative: error }] of spoilt) {
      const smoothedError = smoothed.get(product)!.relative;
      const isWithin = smoothedError <= this.bound;
      this.remedies.set(product, isWithin ? { inputScales: scales.get(product)! } : 'fp32');
      (isWithin ? this.smoothed : this.keptInFp32).push({ product, error, smoothedError });
    }
  }

  private async run(stage: Stage, products: Products, streams: readonly StageStream[]): Promise<StageResults[]> {
    const graph = await StageGraph.load(stage, products, this.directory);
    try {
      const results: StageResults[] = [];
      for (const stream of streams) results.push(await graph.run(stream));
      return results;
    } finally {
      await graph.close();
    }
  }
}

function errorsOf(observed: ObservedProducts, results: readonly StageResults[]): Map<string, ProductErrors> {
  const errors = new Map<string, ProductErrors>();
  for (const observation of observed.observations) {
    const found = new ProductErrors(observation.layer);
    for (const result of results) found.add(observation, result);
    errors.set(observation.layer.name, found);
  }
  return errors;
}

function calibrationStreams(checkpoint: Checkpoint): StageStream[] {
  const { size } = checkpoint.picture;
  const normalise = pixelNormalisation(checkpoint.picture);
  return calibrationPictures(pictures, size).map((pixels, index) => {
    const pixelValues = new Float32Array(pixels.length);
    normalise(pixels, pixelValues);
    return new StageStream(checkpoint.configuration, pixelValues, calibrationWords(checkpoint, index + 1));
  });
}

/** The id that captions start with, and words drawn from the vocabulary. */
function calibrationWords({ configuration: { text }, vocabulary }: Checkpoint, seed: number): Int32Array {
  const length = Math.min(longestSequence, text.maxPositions);
  const words = [...vocabulary.keys()].filter((id) => id < text.vocabularySize && !vocabulary[id]!.startsWith('['));
  const draws = new Float32Array(length);
  normalNumbers(seed, 1)(draws);
  const ids = Int32Array.from(draws, (draw) => words[Math.abs(Math.round(draw * 1e6)) % words.length] ?? 0);
  ids[0] = text.bosTokenId;
  return ids;
}

function agreements(expected: readonly number[], found: readonly number[]): number {
  return expected.filter((id, place) => found[place] === id).length;
}

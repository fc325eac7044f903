import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { BlipCaptionModel, ConfidenceCalibration } from '../../../libs/blip/src/index.js';
import { captionDrawn, type Told } from './captioning.js';
import { sheetSamples, writeContactSheet, type Sample } from './contact-sheet.js';
import type { SceneSort } from './compose-scene.js';
import { DrawingProcess, type DrawingRequest } from './drawing-process.js';
import { fitCalibration, type Sureness } from './fit-calibration.js';
import { judgeCaption, type Verdict } from './judge-caption.js';
import { measureLoading } from './measure-loading.js';
import { measureSpeed } from './measure-speed.js';
import { CaptionReader } from './read-caption.js';
import { makeReport, type Report } from './report.js';
import type { Scene } from './scene.js';
import { readWorld } from './world.js';

export interface EvaluationOptions {
  /** Where `world.json` is. */
  modelDirectory: string;
  bundle: string;
  /** Hard scenes, and as many usual ones; half as many with unseen pictograms, far from the world, and near it. */
  scenes: number;
  seed: number;
  /** Where to write a contact sheet, if anywhere. */
  sheet?: string;
  onProgress?: (done: number) => void;
}

/** A scene with what was said of it and what of that is true. */
export interface EvaluatedScene {
  scene: Scene;
  told: Told;
  verdict: Verdict;
}

/** Pictures by which speed is measured, none larger than people usually upload for a caption. */
const timedPictures = 96;
const timedSide = 1200;
/** Pictures from outside the world on a contact sheet. */
const strangeSamples = 4;

/** Draws held-out scenes, has them captioned by the product's own captioner, and judges the captions. */
export async function evaluateModel(options: EvaluationOptions): Promise<Report> {
  const { model, loading } = await measureLoading(options.bundle, Math.min(2, availableParallelism()));
  const evaluation = new Evaluation(model, options);
  try {
    const hard = await evaluation.scenes('hard', options.scenes);
    const usual = await evaluation.scenes('usual', options.scenes);
    const unseen = await evaluation.scenes('unseen', Math.ceil(options.scenes / 2));
    const far = await evaluation.strangers('far', Math.ceil(options.scenes / 2));
    const near = await evaluation.strangers('near', Math.ceil(options.scenes / 2));
    const speed = await measureSpeed(model, hard.timed);
    if (options.sheet) {
      const strange = [...far.samples.slice(0, strangeSamples / 2), ...near.samples.slice(0, strangeSamples / 2)];
      await writeContactSheet(options.sheet, [...hard.samples, ...strange]);
    }
    return makeReport({
      model: model.name,
      seed: options.seed,
      loading,
      speed,
      evaluated: hard.evaluated,
      usual: usual.evaluated,
      unseen: unseen.evaluated,
      far: far.tellings,
      near: near.tellings,
    });
  } finally {
    evaluation.close();
    await model.close();
  }
}

/**
 * Fits the bundle's confidences on a seed's hard and usual scenes and on pictures from outside the world, a quarter as many
 * of either kind, of which no caption is right; writes the calibration into its manifest.
 * @returns the calibration
 */
export async function calibrateModel(options: EvaluationOptions): Promise<ConfidenceCalibration> {
  const { model } = await measureLoading(options.bundle, Math.min(2, availableParallelism()));
  const evaluation = new Evaluation(model, options);
  try {
    const samples: Sureness[] = [];
    for (const sort of ['hard', 'usual'] as const) {
      const { evaluated } = await evaluation.scenes(sort, options.scenes);
      samples.push(...evaluated.map(({ told, verdict }) => ({ told, isRight: verdict.wholly })));
    }
    for (const sort of ['far', 'near'] as const) {
      const { tellings } = await evaluation.strangers(sort, Math.ceil(options.scenes / 4));
      samples.push(...tellings.map((told) => ({ told, isRight: false })));
    }
    const confidence = fitCalibration(samples);
    const file = join(options.bundle, 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...manifest, confidence }, null, 2) + '\n');
    return confidence;
  } finally {
    evaluation.close();
    await model.close();
  }
}

/** A model that captions what a process beside it draws. */
class Evaluation {
  private readonly drawing = new DrawingProcess();
  private done = 0;

  constructor(
    private readonly model: BlipCaptionModel,
    private readonly options: EvaluationOptions,
  ) {}

  async scenes(kind: SceneSort, count: number) {
    const reader = new CaptionReader(await readWorld(this.options.modelDirectory));
    const evaluated: EvaluatedScene[] = [];
    const samples: Sample[] = [];
    const timed: Buffer[] = [];
    for await (const { drawn, told } of this.captioned(kind, count)) {
      const { picture } = drawn;
      const scene = drawn.scene!;
      const verdict = judgeCaption(reader.read(told.text), scene);
      evaluated.push({ scene, told, verdict });
      if (samples.length < sheetSamples - strangeSamples) samples.push({ picture, ...told, isRight: verdict.wholly });
      if (timed.length < timedPictures && Math.max(scene.width, scene.height) <= timedSide) timed.push(picture);
    }
    return { evaluated, samples, timed };
  }

  async strangers(kind: 'far' | 'near', count: number) {
    const tellings: Told[] = [];
    const samples: Sample[] = [];
    for await (const { drawn, told } of this.captioned(kind, count)) {
      tellings.push(told);
      if (samples.length < strangeSamples) samples.push({ picture: drawn.picture, ...told });
    }
    return { tellings, samples };
  }

  close(): void {
    this.drawing.close();
  }

  private async *captioned(kind: DrawingRequest['kind'], count: number) {
    const { modelDirectory, seed, onProgress } = this.options;
    for await (const one of captionDrawn(this.model, this.drawing, { kind, modelDirectory, seed }, count)) {
      onProgress?.(++this.done);
      yield one;
    }
  }
}

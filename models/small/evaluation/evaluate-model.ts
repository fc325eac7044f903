import { availableParallelism } from 'node:os';
import type { BlipCaptionModel } from '../../../libs/blip/src/index.js';
import { captionDrawn, type Told } from './captioning.js';
import { sheetSamples, writeContactSheet, type Sample } from './contact-sheet.js';
import { DrawingProcess, type DrawingRequest } from './drawing-process.js';
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
  /** Held-out scenes; half as many pictures from outside the world are drawn beside them. */
  scenes: number;
  seed: number;
  /** Where to write a contact sheet, if anywhere. */
  sheet?: string;
  onProgress?: (done: number, of: number) => void;
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
  const drawing = new DrawingProcess();
  try {
    const scenes = await evaluateScenes(model, drawing, options);
    const strange = await captionStrange(model, drawing, options);
    const speed = await measureSpeed(model, scenes.timed);
    if (options.sheet) await writeContactSheet(options.sheet, [...scenes.samples, ...strange.samples]);
    return makeReport({
      model: model.name,
      seed: options.seed,
      loading,
      speed,
      evaluated: scenes.evaluated,
      strange: strange.confidences,
    });
  } finally {
    drawing.close();
    await model.close();
  }
}

async function evaluateScenes(model: BlipCaptionModel, drawing: DrawingProcess, options: EvaluationOptions) {
  const world = await readWorld(options.modelDirectory);
  const reader = new CaptionReader(world);
  const evaluated: EvaluatedScene[] = [];
  const samples: Sample[] = [];
  const timed: Buffer[] = [];
  for await (const { drawn, told } of captionDrawn(model, drawing, requestOf('scenes', options), options.scenes)) {
    const { picture } = drawn;
    const scene = drawn.scene!;
    const verdict = judgeCaption(reader.read(told.text), scene);
    evaluated.push({ scene, told, verdict });
    if (samples.length < sheetSamples - strangeSamples) samples.push({ picture, ...told, isRight: verdict.wholly });
    if (timed.length < timedPictures && Math.max(scene.width, scene.height) <= timedSide) timed.push(picture);
    options.onProgress?.(evaluated.length, options.scenes + strangeCount(options));
  }
  return { evaluated, samples, timed };
}

async function captionStrange(model: BlipCaptionModel, drawing: DrawingProcess, options: EvaluationOptions) {
  const confidences: number[] = [];
  const samples: Sample[] = [];
  const count = strangeCount(options);
  for await (const { drawn, told } of captionDrawn(model, drawing, requestOf('strange', options), count)) {
    confidences.push(told.confidence);
    if (samples.length < strangeSamples) samples.push({ picture: drawn.picture, ...told });
    options.onProgress?.(options.scenes + confidences.length, options.scenes + count);
  }
  return { confidences, samples };
}

function strangeCount({ scenes }: EvaluationOptions): number {
  return Math.ceil(scenes / 2);
}

function requestOf(kind: DrawingRequest['kind'], { modelDirectory, seed }: EvaluationOptions) {
  return { kind, modelDirectory, seed };
}

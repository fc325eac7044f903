import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  bundleFiles,
  bundleFormatVersion,
  manifestFile,
  type BundleConfiguration,
  type BundleManifest,
  type Precision,
} from '../bundle/bundle-format.js';
import { BundleError } from '../bundle/bundle-error.js';
import { fileDigest } from '../bundle/file-digest.js';
import { calibrateProducts } from '../calibration/calibrate-products.js';
import type { Calibration, Int8Report } from '../calibration/calibration.js';
import { Checkpoint } from '../checkpoint/checkpoint.js';
import { WeightFile } from '../onnx/weight-file.js';
import { decoderGraph } from './decoder-graph.js';
import { PlannedProducts, type Products } from './products.js';
import { visionGraph } from './vision-graph.js';
import { writeModel } from './write-model.js';

export interface CompileOptions {
  precision: Precision;
  /** What the bundle calls itself; the checkpoint directory's name by default. */
  name?: string;
  /** Where the checkpoint came from, for the manifest; the directory's name by default. */
  source?: string;
  /** The checkpoint's licence, for the manifest; what its README declares by default. */
  licence?: string;
  /** The largest relative error that a product in int8 may have; what is beyond it gets a remedy. 0.03 by default. */
  productErrorBound?: number | undefined;
  /** Hears how many of the stages of calibration are done: the model's layers, in int8. */
  onCalibration?: (doneStages: number, stages: number) => void;
  /** Hears how much of the weights is written, in bytes. */
  onProgress?: (writtenBytes: number, totalBytes: number) => void;
}

/**
 * Compiles a checkpoint directory in Hugging Face's layout into a bundle directory. Weights are streamed: memory stays
 * below twice the largest tensor plus a constant. The bundle appears whole or not at all, and replaces an older one.
 * @throws CheckpointError where the checkpoint is wrong; BundleError `bad-bundle` where `out` is something else
 */
export async function compileCheckpoint(
  directory: string,
  out: string,
  options: CompileOptions,
): Promise<BundleManifest> {
  const checkpoint = await Checkpoint.open(directory);
  const partial = `${resolve(out)}.partial`;
  try {
    await refuseForeignDirectory(out);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    const calibration = options.precision === 'int8' ? await calibrate(checkpoint, partial, options) : undefined;
    const products = new PlannedProducts(options.precision, calibration?.remedies);
    await writeGraphs(checkpoint, products, partial, options);
    await writeTexts(checkpoint, partial);
    const manifest = await makeManifest(checkpoint, partial, options, calibration?.report);
    await writeFile(join(partial, manifestFile), JSON.stringify(manifest, null, 2) + '\n');
    await rm(out, { recursive: true, force: true });
    await rename(partial, out);
    return manifest;
  } finally {
    await checkpoint.close();
    await rm(partial, { recursive: true, force: true });
  }
}

async function calibrate(checkpoint: Checkpoint, partial: string, options: CompileOptions): Promise<Calibration> {
  const directory = join(partial, 'calibration');
  await mkdir(directory);
  const calibration = await calibrateProducts(checkpoint, directory, options.productErrorBound, options.onCalibration);
  await rm(directory, { recursive: true });
  return calibration;
}

async function writeGraphs(
  checkpoint: Checkpoint,
  products: Products,
  out: string,
  options: CompileOptions,
): Promise<void> {
  const visionWeights = new WeightFile(bundleFiles.visionWeights);
  const decoderWeights = new WeightFile(bundleFiles.decoderWeights);
  const vision = visionGraph(checkpoint, products, visionWeights);
  const decoder = decoderGraph(checkpoint, products, decoderWeights);
  const total = visionWeights.byteLength + decoderWeights.byteLength;
  let written = 0;
  const onBytes = (count: number): void => options.onProgress?.((written += count), total);
  await writeModel(join(out, bundleFiles.visionModel), vision, out, visionWeights, onBytes);
  await writeModel(join(out, bundleFiles.decoderModel), decoder, out, decoderWeights, onBytes);
}

async function writeTexts(checkpoint: Checkpoint, out: string): Promise<void> {
  const configuration: BundleConfiguration = {
    model: checkpoint.configuration,
    picture: checkpoint.picture,
    generation: checkpoint.generation,
  };
  await writeFile(join(out, bundleFiles.configuration), JSON.stringify(configuration, null, 2) + '\n');
  await writeFile(join(out, bundleFiles.vocabulary), checkpoint.vocabulary.join('\n') + '\n');
}

async function makeManifest(
  checkpoint: Checkpoint,
  out: string,
  options: CompileOptions,
  int8: Int8Report | undefined,
): Promise<BundleManifest> {
  const files: BundleManifest['files'] = {};
  for (const file of Object.values(bundleFiles)) files[file] = await fileDigest(join(out, file));
  return {
    formatVersion: bundleFormatVersion,
    name: options.name ?? checkpoint.name,
    precision: options.precision,
    source: {
      checkpoint: options.source ?? checkpoint.name,
      sha256: await checkpoint.weightsDigest(),
      licence: options.licence ?? checkpoint.licence ?? 'unknown',
    },
    ...(int8 && { int8 }),
    files,
  };
}

/** Whatever `out` holds is replaced, so it must be nothing or a bundle. */
async function refuseForeignDirectory(out: string): Promise<void> {
  const entries = await readdir(out).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries.length > 0 && !entries.includes(manifestFile)) {
    throw new BundleError('bad-bundle', `${out}: is not empty and not a bundle, so it is not replaced`);
  }
}

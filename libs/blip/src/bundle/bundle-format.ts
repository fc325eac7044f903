import type { Int8Report } from '../calibration/calibration.js';
import type { BlipConfiguration } from '../checkpoint/blip-configuration.js';
import type { GenerationConfiguration } from '../checkpoint/generation-configuration.js';
import type { PictureConfiguration } from '../checkpoint/picture-configuration.js';

/** Raised when a bundle of today's compiler could not be run by yesterday's captioner. */
export const bundleFormatVersion = 1;

/** `fp32`: as the checkpoint. `int8`: weights of 8 bits, a quarter of the size and several times as fast. */
export const precisions = ['fp32', 'int8'] as const;
export type Precision = (typeof precisions)[number];

/** The files of a bundle beside its manifest. */
export const bundleFiles = {
  visionModel: 'vision.onnx',
  visionWeights: 'vision.weights',
  decoderModel: 'decoder.onnx',
  decoderWeights: 'decoder.weights',
  configuration: 'configuration.json',
  vocabulary: 'vocabulary.txt',
} as const;

export const manifestFile = 'manifest.json';

/**
 * How probably a caption is wholly right, as a logistic regression on what its search knows of it, fitted on held-out
 * pictures: the weights of the mean and of the least log-probability of its tokens and of the number of its words.
 */
export interface ConfidenceCalibration {
  bias: number;
  mean: number;
  least: number;
  words: number;
  /** What is said in place of what the model has no word for, and the weight of its being said. */
  unknown?: { phrase: string; weight: number };
}

/** `manifest.json`: what the bundle is and what its files must be. */
export interface BundleManifest {
  formatVersion: number;
  /** The checkpoint's name, e.g. "blip-image-captioning-base". */
  name: string;
  precision: Precision;
  source: {
    /** Where the checkpoint came from: a hub's `owner/name@revision`, or the directory's name. */
    checkpoint: string;
    /** SHA-256 of its `model.safetensors`. */
    sha256: string;
    /** As the checkpoint declares it; "unknown" where it does not. */
    licence: string;
  };
  /** How confidences are calibrated; without it they are mean probabilities of words. */
  confidence?: ConfidenceCalibration;
  /** What int8 does to the checkpoint; absent in float32, and in bundles of compilers that did not measure it. */
  int8?: Int8Report;
  /** By file name: SHA-256 in hexadecimal and size in bytes. */
  files: Record<string, { sha256: string; bytes: number }>;
}

/** `configuration.json`: the checkpoint's configuration files, read and checked. */
export interface BundleConfiguration {
  model: BlipConfiguration;
  picture: PictureConfiguration;
  generation: GenerationConfiguration;
}

import './telemetry-off.js';
import { availableParallelism } from 'node:os';
import { openBundle } from '../bundle/bundle.js';
import { PicturePreparation } from '../preprocessing/picture-preparation.js';
import { BlipCaptionModel } from './blip-caption-model.js';
import { InferenceLane } from './inference-lane.js';

export interface CaptionModelOptions {
  /** Pictures of a batch at most; 8 by default. */
  batchSize?: number;
  /** How long a picture waits for others to share its batch, in milliseconds; 5 by default. */
  batchWaitMs?: number;
  /**
   * Lanes: threads that each run batches with their own copy of the weights. By default one for each processor. More lanes
   * caption more pictures a second than more threads in one lane do; they take more memory.
   */
  lanes?: number;
  /** Threads that share the work of one lane; 1 by default. More of them shorten a single picture's time. */
  threadsPerLane?: number;
  /** Pictures decoded at the same time; 2 by default. */
  decodeConcurrency?: number;
}

/**
 * Loads a bundle and starts its threads. Checks sizes and versions, not checksums: `verifyBundle` does that.
 * @throws BundleError; RangeError where an option is not a whole number of at least 1
 */
export async function loadCaptionModel(
  bundleDirectory: string,
  options: CaptionModelOptions = {},
): Promise<BlipCaptionModel> {
  const { batchSize = 8, batchWaitMs = 5, lanes: laneCount = availableParallelism() } = options;
  const { threadsPerLane = 1, decodeConcurrency = 2 } = options;
  for (const [name, value] of Object.entries({ batchSize, lanes: laneCount, threadsPerLane, decodeConcurrency })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`Expected a whole number of at least 1 for ${name} but received ${value}`);
    }
  }
  const bundle = await openBundle(bundleDirectory);
  const lanes = Array.from(
    { length: laneCount },
    () => new InferenceLane({ bundleDirectory, threads: threadsPerLane }),
  );
  try {
    await Promise.all(lanes.map((lane) => lane.load()));
  } catch (error) {
    await Promise.all(lanes.map((lane) => lane.close()));
    throw error;
  }
  const { size } = bundle.configuration.picture;
  const preparation = new PicturePreparation({ size }, decodeConcurrency);
  return new BlipCaptionModel(bundle, preparation, lanes, { batchSize, batchWaitMs });
}

import './telemetry-off.js';
import { availableParallelism } from 'node:os';
import { openBundle, type Bundle } from '../bundle/bundle.js';
import { decoderSandbox, type DecoderSandboxOptions } from '../pictures.js';
import { PicturePreparation } from '../preprocessing/picture-preparation.js';
import { BlipCaptionModel } from './blip-caption-model.js';
import { chooseLanes, type Lanes } from './choose-lanes.js';
import { InferenceLane } from './inference-lane.js';

export interface CaptionModelOptions {
  /** Pictures of a batch at most; 8 by default. */
  batchSize?: number;
  /** How long a picture waits for others to share its batch, in milliseconds; 5 by default. */
  batchWaitMs?: number;
  /** Threads that caption, which `chooseLanes` divides where `lanes` is not given; one for each processor by default. */
  threads?: number;
  /**
   * Lanes: threads that each run batches with their own copy of the weights. By default one for each of `threads`, as far as
   * memory goes. More lanes caption more pictures a second than more threads in one lane do; they take more memory.
   */
  lanes?: number;
  /** Threads that share the work of one lane; 1 where `lanes` is given. More of them shorten a single picture's time. */
  threadsPerLane?: number;
  /** Pictures decoded at the same time; 2 by default. */
  decodeConcurrency?: number;
  /** What the processes that decode may take, and whose they are. */
  decoders?: DecoderSandboxOptions;
}

/**
 * Loads a bundle and starts its threads. Checks sizes and versions, not checksums: `verifyBundle` does that.
 * @throws BundleError; RangeError where an option is not a whole number of at least 1
 */
export async function loadCaptionModel(
  bundleDirectory: string,
  options: CaptionModelOptions = {},
): Promise<BlipCaptionModel> {
  const { batchSize = 8, batchWaitMs = 5, decodeConcurrency = 2, threads = availableParallelism() } = options;
  refuseOddNumbers({ batchSize, decodeConcurrency, threads, ...givenLanes(options) });
  const bundle = await openBundle(bundleDirectory);
  // it is looked for while weights are loaded
  const sandbox = decoderSandbox(options.decoders);
  const chosen = options.lanes ? { lanes: options.lanes, threadsPerLane: 1 } : chooseLanes(threads, bytesOf(bundle));
  const { lanes: laneCount, threadsPerLane } = { ...chosen, ...givenLanes(options) };
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
  const preparation = new PicturePreparation({ size }, decodeConcurrency, sandbox);
  return new BlipCaptionModel(bundle, preparation, lanes, { batchSize, batchWaitMs });
}

/** Those of `lanes` and `threadsPerLane` that are given. */
function givenLanes({ lanes, threadsPerLane }: CaptionModelOptions): Partial<Lanes> {
  return { ...(lanes !== undefined && { lanes }), ...(threadsPerLane !== undefined && { threadsPerLane }) };
}

function bytesOf({ manifest }: Bundle): number {
  return Object.values(manifest.files).reduce((sum, { bytes }) => sum + bytes, 0);
}

function refuseOddNumbers(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`Expected a whole number of at least 1 for ${name} but received ${value}`);
    }
  }
}

import { loadCaptionModel, type BlipCaptionModel } from '../../../libs/blip/src/index.js';
import { captionLength } from './caption-length.js';
import { samplePictures } from './sample-pictures.js';

export interface ServingOptions {
  batchSize: number;
  lanes: number;
  threadsPerLane: number;
}

export interface ServingResult extends ServingOptions {
  imagesPerSecond: number;
  tokensPerSecond: number;
  /** Of one picture from the call to its caption, with as many callers as fill the batches. */
  latencyMs: { p50: number; p99: number };
  /** Part of the lanes' wall time that passed inside ONNX Runtime. */
  runtimeShare: number;
}

const measuredMs = 12_000;

/** Captions for some seconds with as many callers as there are places in the batches, each with one picture at a time. */
export async function measureServing(bundle: string, options: ServingOptions): Promise<ServingResult> {
  const model = await loadCaptionModel(bundle, { ...options, batchWaitMs: 20 });
  const callers = options.batchSize * options.lanes;
  // a few more than are under way, so that none is asked for twice at the same time
  const pictures = await samplePictures(callers + 3);
  await Promise.all(pictures.slice(0, callers).map((picture) => captionOne(model, picture)));

  const before = model.statistics();
  const latencies: number[] = [];
  const started = performance.now();
  let next = 0;
  const call = async (): Promise<void> => {
    while (performance.now() - started < measuredMs) {
      const asked = performance.now();
      await captionOne(model, pictures[next++ % pictures.length]!);
      latencies.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  const after = model.statistics();
  const seconds = (performance.now() - started) / 1000;
  await model.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))]!;
  return {
    ...options,
    imagesPerSecond: latencies.length / seconds,
    tokensPerSecond: (after.tokens - before.tokens) / seconds,
    latencyMs: { p50: at(0.5), p99: at(0.99) },
    runtimeShare: (after.runtimeMilliseconds - before.runtimeMilliseconds) / 1000 / seconds / options.lanes,
  };
}

async function captionOne(model: BlipCaptionModel, picture: Buffer): Promise<void> {
  const [outcome] = await model.caption([picture], { minLength: captionLength, maxLength: captionLength });
  if (!outcome || 'error' in outcome) throw outcome?.error ?? new Error('no outcome');
}

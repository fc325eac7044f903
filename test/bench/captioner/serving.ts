import { setTimeout as delay } from 'node:timers/promises';
import { loadCaptionModel, type BlipCaptionModel } from '../../../libs/blip/src/index.js';
import { quantile } from '../statistics.js';
import { captionLength } from './caption-length.js';
import { numberedPicture, samplePictures } from './sample-pictures.js';

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
  /** Part of the lanes' wall time, once all of them are at work and until each one's last batch, inside ONNX Runtime. */
  runtimeShare: number;
}

const differentPictures = 16;

/** Batches that each lane runs while it is measured. */
const rounds: Readonly<Record<number, number>> = { 1: 24, 4: 5, 8: 5 };

/**
 * Captions a fixed number of pictures, from when nothing runs until nothing runs. Twice as many callers as there are
 * places in the batches, so that a lane that ends a batch finds the next one prepared; at batch 1 a single caller, so
 * that its latency is that of a picture alone.
 */
export async function measureServing(bundle: string, options: ServingOptions): Promise<ServingResult> {
  const model = await loadCaptionModel(bundle, { ...options, batchWaitMs: 20 });
  const places = options.batchSize * options.lanes;
  const callers = options.batchSize === 1 ? 1 : 2 * places;
  const pictures = await samplePictures(differentPictures);
  await Promise.all(
    Array.from({ length: places }, (_, place) => captionOne(model, numberedPicture(pictures, -1 - place))),
  );
  // a caption is told a moment before its batch is counted
  while (model.statistics().pictures < places) await delay(5);

  const before = model.statistics();
  let atWork = before;
  const latencies: number[] = [];
  const started = performance.now();
  let left = places * (rounds[options.batchSize] ?? 5);
  const call = async (): Promise<void> => {
    while (left-- > 0) {
      const asked = performance.now();
      await captionOne(model, numberedPicture(pictures, left));
      latencies.push(performance.now() - asked);
      if (latencies.length === places) atWork = model.statistics();
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  const seconds = (performance.now() - started) / 1000;
  await model.close();
  const after = model.statistics();
  const spent = (name: 'busyMilliseconds' | 'runtimeMilliseconds' | 'idleMilliseconds'): number =>
    after[name] - atWork[name];
  return {
    ...options,
    imagesPerSecond: latencies.length / seconds,
    tokensPerSecond: (after.tokens - before.tokens) / seconds,
    latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) },
    runtimeShare: spent('runtimeMilliseconds') / (spent('busyMilliseconds') + spent('idleMilliseconds')),
  };
}

async function captionOne(model: BlipCaptionModel, picture: Buffer): Promise<void> {
  const [outcome] = await model.caption([picture], { minLength: captionLength, maxLength: captionLength });
  if (!outcome || 'error' in outcome) throw outcome?.error ?? new Error('no outcome');
}

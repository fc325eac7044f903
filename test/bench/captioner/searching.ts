import { setTimeout as delay } from 'node:timers/promises';
import { loadCaptionModel, type BlipCaptionModel, type CaptionOptions } from '../../../libs/blip/src/index.js';
import { quantile } from '../statistics.js';
import { captionLength } from './caption-length.js';
import { numberedPicture, samplePictures } from './sample-pictures.js';

export interface SearchingResult {
  /** In this order: greedy, then the searches that are compared with it. */
  searches: SearchCost[];
  /** Of a greedy picture from the call to its caption, with a few callers: alone, and beside as many searches as fill the lanes. */
  greedyLatencyMs: { alone: Latency; besideSearches: Latency };
}

export interface SearchCost {
  name: string;
  picturesPerSecond: number;
  captionsPerSecond: number;
  /** Seconds of the whole machine for one picture. */
  secondsPerPicture: number;
  secondsPerCaption: number;
}

interface Latency {
  p50: number;
  p99: number;
}

const searches: readonly { name: string; options: CaptionOptions; captions: number }[] = [
  { name: 'greedy', options: {}, captions: 1 },
  { name: 'beams 3', options: { numBeams: 3 }, captions: 1 },
  { name: 'captions 5', options: { captions: 5 }, captions: 5 },
  { name: 'captions 8', options: { captions: 8 }, captions: 8 },
];

const batchSize = 8;
const picturesEach = 48;
const greedyCallers = 2;
const greedyPictures = 24;

/** What searches of several beams and captions cost beside greedy ones, each with as many callers as keep the lanes at work. */
export async function measureSearching(bundle: string, lanes: number): Promise<SearchingResult> {
  const model = await loadCaptionModel(bundle, { batchSize, lanes, threadsPerLane: 1, batchWaitMs: 20 });
  const pictures = await samplePictures(16);
  let number = 0;
  const captionOne = (options: CaptionOptions): Promise<number> =>
    timed(model, numberedPicture(pictures, number++), options);
  const callers = 2 * batchSize * lanes;
  const costs: SearchCost[] = [];
  // greedy comes last: for a while after a greedy picture searches have one lane less
  for (const { name, options, captions } of searches.toReversed()) {
    await run(callers, callers, () => captionOne(options));
    const started = performance.now();
    await run(callers, Math.max(callers, picturesEach), () => captionOne(options));
    const seconds = (performance.now() - started) / 1000 / Math.max(callers, picturesEach);
    costs.unshift({
      name,
      picturesPerSecond: 1 / seconds,
      captionsPerSecond: captions / seconds,
      secondsPerPicture: seconds,
      secondsPerCaption: seconds / captions,
    });
  }
  const alone = await run(greedyCallers, greedyPictures, () => captionOne({}));
  let isOver = false;
  const others = Array.from({ length: callers }, async () => {
    while (!isOver) await captionOne({ captions: 5 });
  });
  // until searches have taken all lanes, as they would have been for long
  await delay(2_000);
  const besideSearches = await run(greedyCallers, greedyPictures, () => captionOne({}));
  isOver = true;
  await Promise.all(others);
  await model.close();
  return { searches: costs, greedyLatencyMs: { alone: latencyOf(alone), besideSearches: latencyOf(besideSearches) } };
}

/** @returns what each call gave */
async function run(callers: number, count: number, call: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  let left = count;
  const caller = async (): Promise<void> => {
    while (left-- > 0) results.push(await call());
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return results;
}

/** @returns milliseconds */
async function timed(model: BlipCaptionModel, picture: Buffer, options: CaptionOptions): Promise<number> {
  const asked = performance.now();
  const [outcome] = await model.caption([picture], { ...options, minLength: captionLength, maxLength: captionLength });
  if (!outcome || 'error' in outcome) throw outcome?.error ?? new Error('no outcome');
  return performance.now() - asked;
}

function latencyOf(milliseconds: readonly number[]): Latency {
  return { p50: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) };
}

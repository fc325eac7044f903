import type { EncoderProductsResult } from './encoder-products.js';
import type { NaiveResult } from './naive.js';
import type { PreparingResult } from './preparing.js';
import type { Processor } from './processor.js';
import type { SearchingResult } from './searching.js';
import type { ServingResult } from './serving.js';

type Measured<Result> = Result & { peakMemoryMegabytes: number };

export interface Report {
  bundle: string;
  processor: Processor;
  stages: {
    naive: Measured<NaiveResult>;
    batch1: Measured<ServingResult>;
    batch4: Measured<ServingResult>;
    batch8: Measured<ServingResult>;
    searching: Measured<SearchingResult>;
    encoderProducts: Measured<EncoderProductsResult>;
    preparing: Measured<PreparingResult>;
  };
  /** Images per second at batch 8, of the naive model's. */
  timesNaive: number;
}

export function makeReport(bundle: string, processor: Processor, stages: Report['stages']): Report {
  return {
    bundle,
    processor,
    stages,
    timesNaive: stages.batch8.imagesPerSecond / stages.naive.imagesPerSecond,
  };
}

export function printReport({ bundle, processor, stages, timesNaive }: Report): void {
  const { naive, searching, encoderProducts, preparing } = stages;
  const { cores, model, instructionSets } = processor;
  console.log(`${bundle} on ${cores} × ${model} (${instructionSets.join(', ') || 'instruction sets unknown'})\n`);
  printRow(['', 'images/s', 'tokens/s', 'p50 ms', 'p99 ms', 'in ONNX', 'peak MB']);
  printRow([
    `naive, ${naive.threads} threads`,
    naive.imagesPerSecond.toFixed(2),
    naive.tokensPerSecond.toFixed(1),
    (naive.encodeMs + naive.generateMs).toFixed(0),
    '',
    '',
    naive.peakMemoryMegabytes.toFixed(0),
  ]);
  for (const serving of [stages.batch1, stages.batch4, stages.batch8]) {
    printRow([
      `batch ${serving.batchSize}, ${serving.lanes} × ${serving.threadsPerLane} threads`,
      serving.imagesPerSecond.toFixed(2),
      serving.tokensPerSecond.toFixed(1),
      serving.latencyMs.p50.toFixed(0),
      serving.latencyMs.p99.toFixed(0),
      percent(serving.runtimeShare),
      serving.peakMemoryMegabytes.toFixed(0),
    ]);
  }
  console.log(`\nbatch 8 captions ${timesNaive.toFixed(2)} times as many images as the naive model`);
  printSearching(searching);
  console.log(
    `encoder's products (${encoderProducts.operator}): ${encoderProducts.insideMs.toFixed(1)} ms a picture, ` +
      `${encoderProducts.gigaOperationsPerSecond.toFixed(0)} Gop/s, ${percent(encoderProducts.share)} of their speed alone`,
  );
  const { decodingMs, preparingMs, resamplingMs } = preparing;
  console.log(
    `a JPEG of 12 megapixels: decoding alone ${decodingMs.toFixed(0)} ms, preparing ${preparingMs.toFixed(0)} ms, of which resampling ${resamplingMs.toFixed(0)}`,
  );
}

function printSearching({ searches, greedyLatencyMs: { alone, besideSearches } }: SearchingResult): void {
  console.log('');
  printRow(['', 'images/s', 'captions/s', 's a picture', 's a caption', 'of greedy']);
  for (const cost of searches) {
    printRow([
      cost.name,
      cost.picturesPerSecond.toFixed(2),
      cost.captionsPerSecond.toFixed(2),
      cost.secondsPerPicture.toFixed(3),
      cost.secondsPerCaption.toFixed(3),
      (cost.secondsPerPicture / searches[0]!.secondsPerPicture).toFixed(2),
    ]);
  }
  const latency = ({ p50, p99 }: { p50: number; p99: number }): string => `${p50.toFixed(0)} / ${p99.toFixed(0)} ms`;
  console.log(`two greedy callers, p50 / p99: ${latency(alone)} alone, ${latency(besideSearches)} beside searches\n`);
}

function printRow([label, ...cells]: string[]): void {
  console.log((label ?? '').padEnd(26) + cells.map((cell) => cell.padStart(12)).join(''));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

import { cpus } from 'node:os';
import type { EncoderProductsResult } from './encoder-products.js';
import type { NaiveResult } from './naive.js';
import type { PreparingResult } from './preparing.js';
import type { ServingResult } from './serving.js';

type Measured<Result> = Result & { peakMemoryMegabytes: number };

export interface Report {
  bundle: string;
  processor: string;
  cores: number;
  stages: {
    naive: Measured<NaiveResult>;
    batch1: Measured<ServingResult>;
    batch4: Measured<ServingResult>;
    batch8: Measured<ServingResult>;
    encoderProducts: Measured<EncoderProductsResult>;
    preparing: Measured<PreparingResult>;
  };
  /** Images per second at batch 8, of the naive model's. */
  timesNaive: number;
}

export function makeReport(bundle: string, stages: Report['stages']): Report {
  return {
    bundle,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    stages,
    timesNaive: stages.batch8.imagesPerSecond / stages.naive.imagesPerSecond,
  };
}

export function printReport({ bundle, processor, cores, stages, timesNaive }: Report): void {
  const { naive, encoderProducts, preparing } = stages;
  console.log(`${bundle} on ${cores} × ${processor}\n`);
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
  console.log(
    `encoder's products (${encoderProducts.operator}): ${encoderProducts.insideMs.toFixed(1)} ms a picture, ` +
      `${encoderProducts.gigaOperationsPerSecond.toFixed(0)} Gop/s, ${percent(encoderProducts.share)} of their speed alone`,
  );
  const { decodingMs, preparingMs, resamplingMs } = preparing;
  console.log(
    `a JPEG of 12 megapixels: decoding alone ${decodingMs.toFixed(0)} ms, preparing ${preparingMs.toFixed(0)} ms, of which resampling ${resamplingMs.toFixed(0)}`,
  );
}

function printRow([label, ...cells]: string[]): void {
  console.log((label ?? '').padEnd(26) + cells.map((cell) => cell.padStart(10)).join(''));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

import { measureEncoderProducts } from './encoder-products.js';
import { measureNaive } from './naive.js';
import { measurePreparing } from './preparing.js';
import { measureSearching } from './searching.js';
import { measureServing } from './serving.js';

export interface StageRequest {
  stage: StageName;
  bundle: string;
  /** Processors of the machine: lanes of the captioner, threads of the naive model. */
  cores: number;
}

/** What is measured, in this order. The names are the keys of the JSON report. */
export const stages = {
  naive: ({ bundle, cores }: { bundle: string; cores: number }) => measureNaive(bundle, cores),
  batch1: ({ bundle, cores }: { bundle: string; cores: number }) =>
    measureServing(bundle, { batchSize: 1, lanes: 1, threadsPerLane: cores }),
  batch4: ({ bundle, cores }: { bundle: string; cores: number }) =>
    measureServing(bundle, { batchSize: 4, lanes: cores, threadsPerLane: 1 }),
  batch8: ({ bundle, cores }: { bundle: string; cores: number }) =>
    measureServing(bundle, { batchSize: 8, lanes: cores, threadsPerLane: 1 }),
  searching: ({ bundle, cores }: { bundle: string; cores: number }) => measureSearching(bundle, cores),
  encoderProducts: ({ bundle }: { bundle: string }) => measureEncoderProducts(bundle),
  preparing: ({ bundle }: { bundle: string }) => measurePreparing(bundle),
};
export type StageName = keyof typeof stages;

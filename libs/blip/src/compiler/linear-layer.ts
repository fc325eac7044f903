import type { CheckpointTensor } from '../checkpoint/checkpoint.js';

/** y = x·Wᵀ + b, where W may be several matrices of the checkpoint set below each other. */
export interface LinearLayer {
  name: string;
  inputs: number;
  outputs: number;
  weights: readonly CheckpointTensor[];
  biases: readonly CheckpointTensor[];
  /** Multiplies weights and biases; 1 where left out. */
  scale?: number;
}

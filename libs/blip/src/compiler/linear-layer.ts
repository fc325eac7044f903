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
  /**
   * One number for each input, for quantised kinds: the input is divided by it and the weights are multiplied, which
   * changes nothing but what the rounding falls on (SmoothQuant, Xiao et al., 2023).
   */
  inputScales?: Float32Array | undefined;
}

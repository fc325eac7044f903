import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { LinearLayer } from './linear-layer.js';

/** A linear layer as the checkpoint names it: `<name>.weight` [outputs, inputs] and `<name>.bias` [outputs]. */
export function checkpointLinear(
  checkpoint: Checkpoint,
  name: string,
  inputs: number,
  outputs: number,
  scale?: number,
): LinearLayer {
  return {
    name,
    inputs,
    outputs,
    scale,
    weights: [checkpoint.tensor(`${name}.weight`, [outputs, inputs])],
    biases: [checkpoint.tensor(`${name}.bias`, [outputs])],
  };
}

/** Several layers with the same input as one, their outputs beside each other. */
export function besideEachOther(name: string, layers: readonly LinearLayer[]): LinearLayer {
  return {
    name,
    inputs: layers[0]!.inputs,
    outputs: layers.reduce((sum, layer) => sum + layer.outputs, 0),
    weights: layers.flatMap((layer) => layer.weights),
    biases: layers.flatMap((layer) => layer.biases),
  };
}

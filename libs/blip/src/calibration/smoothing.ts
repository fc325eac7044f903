import type { LinearLayer } from '../compiler/linear-layer.js';
import { scaled } from '../compiler/weight-arithmetic.js';

/** Magnitudes below this part of the largest one count as that much: nothing is scaled up without end. */
const least = 1e-5;

/**
 * SmoothQuant's scales at its α of a half: an input that is large where its weights are small is divided, and its weights
 * are multiplied, so that both are rounded equally well.
 * @param largest each input's largest magnitude
 */
export async function smoothingScales(layer: LinearLayer, largest: Float32Array): Promise<Float32Array> {
  const inputs = clamped(largest);
  const weights = clamped(await largestWeights(layer));
  return inputs.map((magnitude, input) => Math.sqrt(magnitude / weights[input]!));
}

function clamped(magnitudes: Float32Array): Float32Array {
  const floor = least * magnitudes.reduce((most, magnitude) => Math.max(most, magnitude), 0) || 1;
  return magnitudes.map((magnitude) => Math.max(magnitude, floor));
}

/** The largest magnitude of each input's weights. */
async function largestWeights(layer: LinearLayer): Promise<Float32Array> {
  const largest = new Float32Array(layer.inputs);
  for (const tensor of layer.weights) {
    for await (const piece of tensor.pieces(layer.inputs)) {
      scaled(piece, layer.scale ?? 1);
      for (let start = 0; start < piece.length; start += layer.inputs) {
        for (let input = 0; input < layer.inputs; input++) {
          largest[input] = Math.max(largest[input]!, Math.abs(piece[start + input]!));
        }
      }
    }
  }
  return largest;
}

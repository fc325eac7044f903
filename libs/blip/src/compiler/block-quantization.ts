import { byteView } from '../onnx/weight-file.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import type { LinearLayer } from './linear-layer.js';
import { largestMagnitude, scaled } from './weight-arithmetic.js';

/** Weights that share a scale. */
export const blockSize = 32;

/** What `MatMulNBits` takes as zero where it is given no zero points. */
const zeroPoint = 128;
const largest = 127;

/** Declares a layer's weights as `MatMulNBits` wants them with 8 bits: [outputs, blocks, blockSize], last block padded with zeros. */
export function declareBlockQuantized(graph: GraphBuilder, layer: LinearLayer): { weight: Value; scales: Value } {
  const blocks = Math.ceil(layer.inputs / blockSize);
  const scales = new Float32Array(layer.outputs * blocks);
  const weight = graph.weights.declare({
    name: `${layer.name}.weight`,
    type: 'uint8',
    dims: [layer.outputs, blocks, blockSize],
    byteLength: layer.outputs * blocks * blockSize,
    write: async (sink) => {
      let block = 0;
      for (const tensor of layer.weights) {
        for await (const piece of tensor.pieces(layer.inputs)) {
          scaled(piece, layer.scale ?? 1);
          const rows = piece.length / layer.inputs;
          await sink(quantizeBlocks(piece, layer.inputs, scales.subarray(block, block + rows * blocks)));
          block += rows * blocks;
        }
      }
    },
  });
  const scalesName = graph.weights.declare({
    name: `${layer.name}.scales`,
    type: 'float32',
    dims: [layer.outputs * blocks],
    byteLength: scales.byteLength,
    write: async (sink) => sink(byteView(scales)),
  });
  return { weight, scales: scalesName };
}

function quantizeBlocks(rows: Float32Array, inputs: number, scales: Float32Array): Uint8Array {
  const bytes = new Uint8Array(scales.length * blockSize).fill(zeroPoint);
  const blocks = Math.ceil(inputs / blockSize);
  for (let block = 0; block < scales.length; block++) {
    const row = Math.floor(block / blocks) * inputs;
    const start = (block % blocks) * blockSize;
    const values = rows.subarray(row + start, row + Math.min(start + blockSize, inputs));
    const scale = largestMagnitude(values) / largest || 1;
    scales[block] = scale;
    for (let index = 0; index < values.length; index++) {
      bytes[block * blockSize + index] = Math.round(values[index]! / scale) + zeroPoint;
    }
  }
  return bytes;
}

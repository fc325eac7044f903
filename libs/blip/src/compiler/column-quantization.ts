import { byteView } from '../onnx/weight-file.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import type { LinearLayer } from './linear-layer.js';
import { largestMagnitude, scaled, scaledBy } from './weight-arithmetic.js';

/** The largest magnitude of a symmetric int8 weight. */
const largest = 127;

/**
 * Declares a layer's weights as int8, transposed to [inputs, outputs], with one scale for each output. Rows of the
 * checkpoint are quantised as they are read, so that only the small integers are in memory whole.
 */
export function declareColumnQuantized(graph: GraphBuilder, layer: LinearLayer): { weight: Value; scales: Value } {
  let quantized: Promise<{ integers: Int8Array; scales: Float32Array }> | undefined;
  const take = () => (quantized ??= quantizeColumns(layer));
  const weight = graph.weights.declare({
    name: `${layer.name}.weight`,
    type: 'int8',
    dims: [layer.inputs, layer.outputs],
    byteLength: layer.inputs * layer.outputs,
    write: async (sink) => sink(byteView((await take()).integers)),
  });
  const scales = graph.weights.declare({
    name: `${layer.name}.scales`,
    type: 'float32',
    dims: [layer.outputs],
    byteLength: 4 * layer.outputs,
    write: async (sink) => {
      await sink(byteView((await take()).scales));
      quantized = undefined;
    },
  });
  return { weight, scales };
}

async function quantizeColumns(layer: LinearLayer): Promise<{ integers: Int8Array; scales: Float32Array }> {
  const integers = new Int8Array(layer.inputs * layer.outputs);
  const scales = new Float32Array(layer.outputs);
  let output = 0;
  for (const tensor of layer.weights) {
    for await (const piece of tensor.pieces(layer.inputs)) {
      scaled(piece, layer.scale ?? 1);
      for (let start = 0; start < piece.length; start += layer.inputs, output++) {
        const row = scaledBy(piece.subarray(start, start + layer.inputs), layer.inputScales);
        scales[output] = quantizeRow(row, integers, output, layer.outputs);
      }
    }
  }
  return { integers, scales };
}

/** Writes a row as the column `output` of `integers`, and returns its scale. */
function quantizeRow(row: Float32Array, integers: Int8Array, output: number, outputs: number): number {
  const scale = largestMagnitude(row) / largest || 1;
  for (let input = 0; input < row.length; input++) {
    integers[input * outputs + output] = Math.round(row[input]! / scale);
  }
  return scale;
}

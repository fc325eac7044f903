import type { CheckpointTensor } from '../checkpoint/checkpoint.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { byteView } from '../onnx/weight-file.js';
import { largestMagnitude } from './weight-arithmetic.js';

const largest = 127;

/** Declares a table of rows as int8 [rows, width] with a scale for each row [rows, 1]. */
export function declareQuantizedTable(
  graph: GraphBuilder,
  tensor: CheckpointTensor,
  rows: number,
  width: number,
): { integers: Value; scales: Value } {
  const scales = new Float32Array(rows);
  const integers = graph.weights.declare({
    name: `${tensor.name}.integers`,
    type: 'int8',
    dims: [rows, width],
    byteLength: rows * width,
    write: async (sink) => {
      let row = 0;
      for await (const piece of tensor.pieces(width)) {
        const quantized = new Int8Array(piece.length);
        for (let start = 0; start < piece.length; start += width, row++) {
          const values = piece.subarray(start, start + width);
          const scale = largestMagnitude(values) / largest || 1;
          scales[row] = scale;
          for (let index = 0; index < width; index++) quantized[start + index] = Math.round(values[index]! / scale);
        }
        await sink(byteView(quantized));
      }
    },
  });
  const scalesName = graph.weights.declare({
    name: `${tensor.name}.scales`,
    type: 'float32',
    dims: [rows, 1],
    byteLength: scales.byteLength,
    write: async (sink) => sink(byteView(scales)),
  });
  return { integers, scales: scalesName };
}

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
          const { integers, scale } = quantizedRow(piece.subarray(start, start + width));
          quantized.set(integers, start);
          scales[row] = scale;
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

/** A row as whole numbers from −127 to 127, to be multiplied by a scale of its own. */
export function quantizedRow(values: Float32Array): { integers: Int8Array; scale: number } {
  const scale = largestMagnitude(values) / largest || 1;
  return { integers: Int8Array.from(values, (value) => Math.round(value / scale)), scale };
}

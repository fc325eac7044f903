import type { CheckpointTensor } from '../checkpoint/checkpoint.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { byteView } from '../onnx/weight-file.js';
import { declareColumnQuantized } from './column-quantization.js';
import type { LinearLayer } from './linear-layer.js';
import { addRowQuantizedLinear } from './row-quantized-linear.js';
import { scaled } from './weight-arithmetic.js';

/**
 * How a graph multiplies by its weights.
 * - `fp32`: `Gemm`.
 * - `int8-columns`: `DynamicQuantizeMatMul`, weights with one scale a column, the whole input with one scale: for many
 *   rows.
 * - `int8-rows`: `MatMulIntegerToFloat`, weights with one scale a column, the input with one scale a row; a row's result
 *   does not depend on its neighbours, which costs a few small operators: for few rows.
 */
export type LinearKind = 'fp32' | 'int8-columns' | 'int8-rows';

/** Adds a linear layer to a graph: `rows` is [any, inputs], the result [any, outputs]. */
export function addLinear(graph: GraphBuilder, kind: LinearKind, rows: Value, layer: LinearLayer): Value {
  const bias = declareFloats(graph, `${layer.name}.bias`, [layer.outputs], layer.biases, layer.scale);
  switch (kind) {
    case 'fp32': {
      const weight = declareFloats(
        graph,
        `${layer.name}.weight`,
        [layer.outputs, layer.inputs],
        layer.weights,
        layer.scale,
      );
      return graph.node('Gemm', [rows, weight, bias], { transB: 1 });
    }
    case 'int8-columns': {
      const { weight, scales } = declareColumnQuantized(graph, layer);
      const inputs = addInputScaling(graph, rows, layer);
      return graph.runtimeNode('DynamicQuantizeMatMul', [inputs, weight, scales, '', bias], 1, {})[0]!;
    }
    case 'int8-rows':
      return addRowQuantizedLinear(graph, addInputScaling(graph, rows, layer), layer, bias);
  }
}

/** Divides each input by its scale, where the layer has such. */
function addInputScaling(graph: GraphBuilder, rows: Value, { name, inputs, inputScales }: LinearLayer): Value {
  if (!inputScales) return rows;
  const factors = graph.weights.declare({
    name: `${name}.input_factors`,
    type: 'float32',
    dims: [inputs],
    byteLength: 4 * inputs,
    write: (sink) => sink(byteView(inputScales.map((scale) => 1 / scale))),
  });
  return graph.node('Mul', [rows, factors]);
}

/** Declares tensors of the checkpoint, one after the other, as one float32 constant. */
export function declareFloats(
  graph: GraphBuilder,
  name: string,
  dims: readonly number[],
  tensors: readonly CheckpointTensor[],
  scale = 1,
): Value {
  return graph.weights.declare({
    name,
    type: 'float32',
    dims,
    byteLength: 4 * dims.reduce((product, size) => product * size, 1),
    write: async (sink) => {
      for (const tensor of tensors) {
        for await (const piece of tensor.pieces()) await sink(byteView(scaled(piece, scale)));
      }
    },
  });
}

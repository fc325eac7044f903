import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { declareColumnQuantized } from './column-quantization.js';
import type { LinearLayer } from './linear-layer.js';

/** Steps of an unsigned byte on either side of its zero point. */
const steps = 127;
const zeroPoint = 128;
/** Stands for the magnitude of a row of zeros, which nothing can be divided by. */
const tiny = 1e-20;

/**
 * A linear layer whose input is quantised row by row: each row is divided by its largest magnitude, so that one fixed
 * scale fits all of them, and the result is multiplied by it again.
 */
export function addRowQuantizedLinear(graph: GraphBuilder, rows: Value, layer: LinearLayer, bias: Value): Value {
  const { weight, scales } = declareColumnQuantized(graph, layer);
  const largest = graph.node('ReduceMax', [graph.node('Abs', [rows]), graph.integers([-1])], { keepdims: 1 });
  const magnitude = graph.node('Max', [largest, graph.float(tiny)]);
  const scale = graph.float(1 / steps);
  const zero = graph.byte(zeroPoint);
  const bytes = graph.node('QuantizeLinear', [graph.node('Div', [rows, magnitude]), scale, zero]);
  const [product] = graph.runtimeNode('MatMulIntegerToFloat', [bytes, weight, scale, scales, zero], 1, {});
  return graph.node('Add', [graph.node('Mul', [product!, magnitude]), bias]);
}

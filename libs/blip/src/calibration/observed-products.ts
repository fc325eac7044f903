import { addLinear, type LinearKind } from '../compiler/add-linear.js';
import type { LinearLayer } from '../compiler/linear-layer.js';
import { int8KindOf, type Products } from '../compiler/products.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';

/**
 * Names, in a stage's graph, of what is observed at a product:
 * - `largest` [inputs]: each input's largest magnitude
 * - `error`, `size`, `sizeWithoutBias` []: sums of squares of int8's difference from float32, and of float32's result
 */
export interface Observation {
  layer: LinearLayer;
  largest: Value;
  error: Value;
  size: Value;
  sizeWithoutBias: Value;
}

/**
 * Multiplies in float32, and beside that in int8 on the same input, with the very operators that a bundle would have; the
 * graph gets results that tell how far the two are apart.
 */
export class ObservedProducts implements Products {
  readonly observations: Observation[] = [];

  constructor(
    /** Scales to try at the products that are named; the others are tried without. */
    private readonly inputScales: ReadonlyMap<string, Float32Array> = new Map(),
  ) {}

  kindOf(): LinearKind {
    return 'fp32';
  }

  add(graph: GraphBuilder, rows: Value, layer: LinearLayer): Value {
    const exact = addLinear(graph, 'fp32', rows, layer);
    const inputScales = this.inputScales.get(layer.name);
    const rounded = addLinear(graph, int8KindOf(layer.name), rows, {
      ...layer,
      name: `${layer.name}.int8`,
      inputScales,
    });
    const difference = graph.node('Sub', [rounded, exact]);
    const result = (part: string, value: Value, dims: number[]): Value => {
      graph.output(`${layer.name}/${part}`, value, 'float32', dims);
      return `${layer.name}/${part}`;
    };
    const squares = (part: string, value: Value): Value =>
      result(part, graph.node('ReduceSumSquare', [value], { keepdims: 0 }), []);
    const magnitudes = graph.node('Abs', [rows]);
    this.observations.push({
      layer,
      largest: result('largest', graph.node('ReduceMax', [magnitudes, graph.integers([0])], { keepdims: 0 }), [
        layer.inputs,
      ]),
      error: squares('error', difference),
      size: squares('size', exact),
      sizeWithoutBias: squares('size_without_bias', graph.node('Sub', [exact, `${layer.name}.bias`])),
    });
    return exact;
  }
}

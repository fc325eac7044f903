import type { Precision } from '../bundle/bundle-format.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { addLinear, type LinearKind } from './add-linear.js';
import type { LinearLayer } from './linear-layer.js';

/** The products of a model by its weights, as they are added to a graph. A product goes by its layer's name. */
export interface Products {
  /** How the layer, or the table of embeddings, of that name is multiplied. */
  kindOf(name: string): LinearKind;
  add(graph: GraphBuilder, rows: Value, layer: LinearLayer): Value;
}

/** What is done for a product that plain int8 would spoil: see `calibrateProducts`. */
export type Remedy = 'fp32' | { inputScales: Float32Array };

/** How int8 multiplies at a layer: by columns where a picture's tokens are its rows, by rows where words are. */
export function int8KindOf(name: string): LinearKind {
  return /^vision_model\.|\.crossattention\.self\.(key|value)$/.test(name) ? 'int8-columns' : 'int8-rows';
}

/** All products in a bundle's precision, but for those that need a remedy. */
export class PlannedProducts implements Products {
  constructor(
    private readonly precision: Precision,
    private readonly remedies: ReadonlyMap<string, Remedy> = new Map(),
  ) {}

  kindOf(name: string): LinearKind {
    return this.precision === 'fp32' || this.remedies.get(name) === 'fp32' ? 'fp32' : int8KindOf(name);
  }

  add(graph: GraphBuilder, rows: Value, layer: LinearLayer): Value {
    const remedy = this.remedies.get(layer.name);
    const inputScales = typeof remedy === 'object' ? remedy.inputScales : undefined;
    return addLinear(graph, this.kindOf(layer.name), rows, { ...layer, inputScales });
  }
}

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { declareFloats } from './add-linear.js';

/** A layer normalisation of the checkpoint: `<name>.weight` and `<name>.bias`. */
export interface LayerNorm {
  name: string;
  size: number;
  epsilon: number;
}

/** Normalises rows. */
export function addLayerNorm(graph: GraphBuilder, checkpoint: Checkpoint, rows: Value, norm: LayerNorm): Value {
  const parameters = declareParameters(graph, checkpoint, norm);
  return graph.node('LayerNormalization', [rows, ...parameters], { axis: -1, epsilon: { float: norm.epsilon } });
}

/** Adds two values and normalises the sum, in one pass over the memory; gives both. */
export function addSumAndLayerNorm(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  left: Value,
  right: Value,
  norm: LayerNorm,
): { normalised: Value; sum: Value } {
  const parameters = declareParameters(graph, checkpoint, norm);
  const attributes = { epsilon: { float: norm.epsilon } };
  const results = graph.runtimeNode('SkipLayerNormalization', [left, right, ...parameters], 4, attributes);
  return { normalised: results[0]!, sum: results[3]! };
}

function declareParameters(graph: GraphBuilder, checkpoint: Checkpoint, { name, size }: LayerNorm): [Value, Value] {
  const declare = (part: string): Value =>
    declareFloats(graph, `${name}.${part}`, [size], [checkpoint.tensor(`${name}.${part}`, [size])]);
  return [declare('weight'), declare('bias')];
}

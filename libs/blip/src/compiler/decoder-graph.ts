import { pictureTokens } from '../checkpoint/blip-configuration.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { GraphBuilder, type Value } from '../onnx/graph-builder.js';
import type { OnnxGraph } from '../onnx/onnx-model.js';
import type { WeightFile } from '../onnx/weight-file.js';
import { DecoderLayers, type KeysAndValues } from './decoder-layers.js';
import { addLanguageHead } from './language-head.js';
import type { Products } from './products.js';
import { addTokenEmbeddings } from './token-embeddings.js';

/**
 * One step of the text decoder as a graph. A row is a sequence; the sequences of one picture (its beams) lie beside each
 * other, so rows = pictures · beams.
 * - in: `input_ids` int32 [rows, new]; for each layer `past_key.<layer>`, `past_value.<layer>` [rows, heads, past, head
 *   size], and the encoder's `cross_key.<layer>`, `cross_value.<layer>` of [pictures, …]
 * - out: `logits` float32 [rows, vocabulary] after the last new token, `log_sum_exp` [rows, 1] of them, and
 *   `present_key.<layer>`, `present_value.<layer>` [rows, heads, past + new, head size]
 */
export function decoderGraph(checkpoint: Checkpoint, products: Products, weights: WeightFile): OnnxGraph {
  const graph = new GraphBuilder('decoder', weights);
  const { vision, text } = checkpoint.configuration;
  const ids = graph.input('input_ids', 'int32', ['rows', 'new']);
  const headSize = text.hiddenSize / text.heads;
  const pasts = Array.from({ length: text.layers }, (_, layer): KeysAndValues => {
    const dims = ['rows', text.heads, 'past', headSize];
    return {
      key: graph.input(`past_key.${layer}`, 'float32', dims),
      value: graph.input(`past_value.${layer}`, 'float32', dims),
    };
  });
  const pastLength = graph.node('Shape', [pasts[0]!.key], { start: 2, end: 3 });
  const layers = new DecoderLayers(graph, checkpoint, products, addSequenceShape(graph, checkpoint, ids));
  let rows = addTokenEmbeddings(graph, checkpoint, products, ids, pastLength);
  for (const [layer, past] of pasts.entries()) {
    const tokens = pictureTokens(vision);
    const cross: KeysAndValues = {
      key: graph.input(`cross_key.${layer}`, 'float32', ['pictures', text.heads, headSize, tokens]),
      value: graph.input(`cross_value.${layer}`, 'float32', ['pictures', text.heads, tokens, headSize]),
    };
    const after = layers.add(rows, layer, past, cross);
    const present = ['rows', text.heads, 'present', headSize];
    graph.output(`present_key.${layer}`, after.present.key, 'float32', present);
    graph.output(`present_value.${layer}`, after.present.value, 'float32', present);
    rows = graph.named(decoderLayerName(layer), after.rows);
  }
  addLanguageHead(graph, checkpoint, products, graph.node('Reshape', [rows, layers.sequenceShape]));
  return graph.finish();
}

/** What the rows after a layer are called in the graph, so that `verify` can ask for them. */
export function decoderLayerName(layer: number): string {
  return `decoder.layer.${layer}`;
}

/** The shape [rows, new, hidden] of what belongs to `ids`. */
function addSequenceShape(graph: GraphBuilder, checkpoint: Checkpoint, ids: Value): Value {
  const hidden = graph.integers([checkpoint.configuration.text.hiddenSize]);
  return graph.node('Concat', [graph.node('Shape', [ids]), hidden], { axis: 0 });
}

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { declareFloats } from './add-linear.js';
import { addLayerNorm } from './layer-norm.js';
import type { Products } from './products.js';
import { declareQuantizedTable } from './table-quantization.js';

export const wordEmbeddings = 'text_decoder.bert.embeddings.word_embeddings.weight';
const positionEmbeddings = 'text_decoder.bert.embeddings.position_embeddings.weight';

/** Words and positions, normalised: rows [rows · new, hidden]. Positions go on where the past ends. */
export function addTokenEmbeddings(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  products: Products,
  ids: Value,
  pastLength: Value,
): Value {
  const { hiddenSize, maxPositions, layerNormEpsilon } = checkpoint.configuration.text;
  const table = declareFloats(
    graph,
    positionEmbeddings,
    [maxPositions, hiddenSize],
    [checkpoint.tensor(positionEmbeddings, [maxPositions, hiddenSize])],
  );
  const newLength = graph.node('Shape', [ids], { start: 1, end: 2 });
  const end = graph.node('Add', [pastLength, newLength]);
  const positions = graph.node('Slice', [table, pastLength, end, graph.integers([0])]);
  const sum = graph.node('Add', [addWords(graph, checkpoint, products, ids), positions]);
  const rows = graph.node('Reshape', [sum, graph.integers([-1, hiddenSize])]);
  const name = 'text_decoder.bert.embeddings.LayerNorm';
  return addLayerNorm(graph, checkpoint, rows, { name, size: hiddenSize, epsilon: layerNormEpsilon });
}

function addWords(graph: GraphBuilder, checkpoint: Checkpoint, products: Products, ids: Value): Value {
  const { vocabularySize, hiddenSize } = checkpoint.configuration.text;
  const tensor = checkpoint.tensor(wordEmbeddings, [vocabularySize, hiddenSize]);
  if (products.kindOf(wordEmbeddings) === 'fp32') {
    return graph.node('Gather', [declareFloats(graph, wordEmbeddings, tensor.shape, [tensor]), ids]);
  }
  const { integers, scales } = declareQuantizedTable(graph, tensor, vocabularySize, hiddenSize);
  const row = graph.node('Cast', [graph.node('Gather', [integers, ids])], { to: 1 });
  return graph.node('Mul', [row, graph.node('Gather', [scales, ids])]);
}

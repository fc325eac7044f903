import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { checkpointLinear } from './checkpoint-linear.js';
import { addLayerNorm } from './layer-norm.js';
import type { LinearLayer } from './linear-layer.js';
import type { Products } from './products.js';
import { wordEmbeddings } from './token-embeddings.js';

const head = 'text_decoder.cls.predictions';

/** Turns the last new token's state into `logits` and `log_sum_exp`; `states` is [rows, new, hidden]. */
export function addLanguageHead(graph: GraphBuilder, checkpoint: Checkpoint, products: Products, states: Value): void {
  const { vocabularySize } = checkpoint.configuration.text;
  const last = graph.node('Gather', [states, graph.integer(-1)], { axis: 1 });
  const transformed = addHeadTransform(graph, checkpoint, products, last);
  const logits = products.add(graph, transformed, vocabularyLayer(checkpoint));
  graph.output('logits', logits, 'float32', ['rows', vocabularySize]);
  graph.output('log_sum_exp', addLogSumExp(graph, logits), 'float32', ['rows', 1]);
}

/** What the head does before it compares with the words; `rows` is [rows, hidden]. */
export function addHeadTransform(graph: GraphBuilder, checkpoint: Checkpoint, products: Products, rows: Value): Value {
  const { hiddenSize, layerNormEpsilon } = checkpoint.configuration.text;
  const dense = checkpointLinear(checkpoint, `${head}.transform.dense`, hiddenSize, hiddenSize);
  const [activated] = graph.runtimeNode('Gelu', [products.add(graph, rows, dense)], 1, {});
  const norm = { name: `${head}.transform.LayerNorm`, size: hiddenSize, epsilon: layerNormEpsilon };
  return addLayerNorm(graph, checkpoint, activated!, norm);
}

/**
 * The projection to the vocabulary; checkpoints with tied weights leave it out and mean the word embeddings. Its bias has
 * two names in the reference, of which either may have been saved.
 */
export function vocabularyLayer(checkpoint: Checkpoint): LinearLayer {
  const { hiddenSize, vocabularySize } = checkpoint.configuration.text;
  const untied = `${head}.decoder.weight`;
  const weight = checkpoint.has(untied) ? untied : wordEmbeddings;
  const bias = checkpoint.has(`${head}.decoder.bias`) ? `${head}.decoder.bias` : `${head}.bias`;
  return {
    name: `${head}.decoder`,
    inputs: hiddenSize,
    outputs: vocabularySize,
    weights: [checkpoint.tensor(weight, [vocabularySize, hiddenSize])],
    biases: [checkpoint.tensor(bias, [vocabularySize])],
  };
}

/** log Σ exp: what the first logit loses in LogSoftmax, whose kernel is vectorised where ReduceLogSumExp's is not. */
function addLogSumExp(graph: GraphBuilder, logits: Value): Value {
  const first = (value: Value): Value =>
    graph.node('Slice', [value, graph.integers([0]), graph.integers([1]), graph.integers([1])]);
  return graph.node('Sub', [first(logits), first(graph.node('LogSoftmax', [logits], { axis: -1 }))]);
}

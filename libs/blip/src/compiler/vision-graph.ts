import { pictureTokens } from '../checkpoint/blip-configuration.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { GraphBuilder, type Value } from '../onnx/graph-builder.js';
import type { OnnxGraph } from '../onnx/onnx-model.js';
import type { WeightFile } from '../onnx/weight-file.js';
import { addLinear, declareFloats, type LinearKind } from './add-linear.js';
import { checkpointLinear } from './checkpoint-linear.js';
import { addCrossProjections } from './cross-projections.js';
import { addLayerNorm, addSumAndLayerNorm, type LayerNorm } from './layer-norm.js';

/**
 * The vision encoder as a graph.
 * - in: `pixel_values` float32 [batch, 3, size, size]
 * - out: `image_embeds` float32 [batch, tokens, hidden], and for each decoder layer `cross_key.<layer>`
 *   [batch, heads, head size, tokens] and `cross_value.<layer>` [batch, heads, tokens, head size]: the keys and values
 *   that every step of the decoder needs, projected once.
 */
export function visionGraph(checkpoint: Checkpoint, kind: LinearKind, weights: WeightFile): OnnxGraph {
  const graph = new GraphBuilder('vision', weights);
  const { vision } = checkpoint.configuration;
  const tokens = pictureTokens(vision);
  const rows = addVisionTower(graph, checkpoint, kind);
  const states = graph.node('Reshape', [rows, graph.integers([-1, tokens, vision.hiddenSize])]);
  graph.output('image_embeds', states, 'float32', ['batch', tokens, vision.hiddenSize]);
  addCrossProjections(graph, checkpoint, kind, rows);
  return graph.finish();
}

/** The encoder itself, from its input `pixel_values` to the normalised states as rows [batch · tokens, hidden]. */
export function addVisionTower(graph: GraphBuilder, checkpoint: Checkpoint, kind: LinearKind): Value {
  return addLayers(graph, checkpoint, kind, addEmbeddings(graph, checkpoint));
}

/** Patches, class token and positions, as rows [batch · tokens, hidden]. */
function addEmbeddings(graph: GraphBuilder, checkpoint: Checkpoint): Value {
  const { imageSize, patchSize, hiddenSize } = checkpoint.configuration.vision;
  const tokens = pictureTokens(checkpoint.configuration.vision);
  const weight = (name: string, shape: number[]): Value => {
    const full = `vision_model.embeddings.${name}`;
    return declareFloats(graph, full, shape, [checkpoint.tensor(full, shape)]);
  };
  const pixels = graph.input('pixel_values', 'float32', ['batch', 3, imageSize, imageSize]);
  const kernel = weight('patch_embedding.weight', [hiddenSize, 3, patchSize, patchSize]);
  const patches = graph.node('Conv', [pixels, kernel, weight('patch_embedding.bias', [hiddenSize])], {
    strides: [patchSize, patchSize],
    kernel_shape: [patchSize, patchSize],
  });
  const columns = graph.node('Reshape', [patches, graph.integers([0, hiddenSize, tokens - 1])]);
  const batch = graph.node('Shape', [pixels], { start: 0, end: 1 });
  const classShape = graph.node('Concat', [batch, graph.integers([1, hiddenSize])], { axis: 0 });
  const classToken = graph.node('Expand', [weight('class_embedding', [1, 1, hiddenSize]), classShape]);
  const sequence = graph.node('Concat', [classToken, graph.node('Transpose', [columns], { perm: [0, 2, 1] })], {
    axis: 1,
  });
  const placed = graph.node('Add', [sequence, weight('position_embedding', [1, tokens, hiddenSize])]);
  return graph.node('Reshape', [placed, graph.integers([-1, hiddenSize])]);
}

/** The transformer's layers (each normalises before it computes) and the last normalisation. */
function addLayers(graph: GraphBuilder, checkpoint: Checkpoint, kind: LinearKind, embeddings: Value): Value {
  const { layers, hiddenSize, layerNormEpsilon } = checkpoint.configuration.vision;
  const norm = (name: string): LayerNorm => ({
    name: `vision_model.${name}`,
    size: hiddenSize,
    epsilon: layerNormEpsilon,
  });
  let sum = embeddings;
  let normalised = addLayerNorm(graph, checkpoint, sum, norm('encoder.layers.0.layer_norm1'));
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `encoder.layers.${layer}`;
    const attention = addAttention(graph, checkpoint, kind, normalised, `vision_model.${prefix}.self_attn`);
    ({ normalised, sum } = addSumAndLayerNorm(graph, checkpoint, attention, sum, norm(`${prefix}.layer_norm2`)));
    const forward = addFeedForward(graph, checkpoint, kind, normalised, `vision_model.${prefix}.mlp`);
    const next = layer + 1 < layers ? `encoder.layers.${layer + 1}.layer_norm1` : 'post_layernorm';
    ({ normalised, sum } = addSumAndLayerNorm(graph, checkpoint, forward, sum, norm(next)));
  }
  return normalised;
}

function addAttention(graph: GraphBuilder, checkpoint: Checkpoint, kind: LinearKind, rows: Value, name: string): Value {
  const { hiddenSize, heads } = checkpoint.configuration.vision;
  const tokens = pictureTokens(checkpoint.configuration.vision);
  const fused = addLinear(graph, kind, rows, checkpointLinear(checkpoint, `${name}.qkv`, hiddenSize, 3 * hiddenSize));
  const sequences = graph.node('Reshape', [fused, graph.integers([-1, tokens, 3 * hiddenSize])]);
  const [query, key, value] = graph.nodeWithResults('Split', [sequences], 3, { axis: -1, num_outputs: 3 });
  const [mixed] = graph.runtimeNode('MultiHeadAttention', [query!, key!, value!], 1, { num_heads: heads });
  const mixedRows = graph.node('Reshape', [mixed!, graph.integers([-1, hiddenSize])]);
  return addLinear(graph, kind, mixedRows, checkpointLinear(checkpoint, `${name}.projection`, hiddenSize, hiddenSize));
}

function addFeedForward(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  kind: LinearKind,
  rows: Value,
  name: string,
): Value {
  const { hiddenSize, intermediateSize } = checkpoint.configuration.vision;
  const wide = addLinear(graph, kind, rows, checkpointLinear(checkpoint, `${name}.fc1`, hiddenSize, intermediateSize));
  const [activated] = graph.runtimeNode('Gelu', [wide], 1, {});
  return addLinear(graph, kind, activated!, checkpointLinear(checkpoint, `${name}.fc2`, intermediateSize, hiddenSize));
}

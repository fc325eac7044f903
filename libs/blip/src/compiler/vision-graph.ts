import { pictureTokens } from '../checkpoint/blip-configuration.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { GraphBuilder, type Value } from '../onnx/graph-builder.js';
import type { OnnxGraph } from '../onnx/onnx-model.js';
import type { WeightFile } from '../onnx/weight-file.js';
import { declareFloats } from './add-linear.js';
import { checkpointLinear } from './checkpoint-linear.js';
import { addCrossProjection } from './cross-projections.js';
import { addLayerNorm, addSumAndLayerNorm, type LayerNorm } from './layer-norm.js';
import type { Products } from './products.js';

/**
 * The vision encoder as a graph.
 * - in: `pixel_values` float32 [batch, 3, size, size]
 * - out: `image_embeds` float32 [batch, tokens, hidden], and for each decoder layer `cross_key.<layer>`
 *   [batch, heads, head size, tokens] and `cross_value.<layer>` [batch, heads, tokens, head size]: the keys and values
 *   that every step of the decoder needs, projected once.
 */
export function visionGraph(checkpoint: Checkpoint, products: Products, weights: WeightFile): OnnxGraph {
  const graph = new GraphBuilder('vision', weights);
  const { vision, text } = checkpoint.configuration;
  const tokens = pictureTokens(vision);
  const rows = addVisionTower(graph, checkpoint, products);
  const states = graph.node('Reshape', [rows, graph.integers([-1, tokens, vision.hiddenSize])]);
  graph.output('image_embeds', states, 'float32', ['batch', tokens, vision.hiddenSize]);
  const headSize = text.hiddenSize / text.heads;
  for (let layer = 0; layer < text.layers; layer++) {
    const { key, value } = addCrossProjection(graph, checkpoint, products, rows, layer);
    graph.output(`cross_key.${layer}`, key, 'float32', ['batch', text.heads, headSize, tokens]);
    graph.output(`cross_value.${layer}`, value, 'float32', ['batch', text.heads, tokens, headSize]);
  }
  return graph.finish();
}

/** The encoder itself, from its input `pixel_values` to the normalised states as rows [batch · tokens, hidden]. */
export function addVisionTower(graph: GraphBuilder, checkpoint: Checkpoint, products: Products): Value {
  let rows = addPictureEmbeddings(graph, checkpoint);
  for (let layer = 0; layer < checkpoint.configuration.vision.layers; layer++) {
    rows = graph.named(visionLayerName(layer), addVisionLayer(graph, checkpoint, products, rows, layer));
  }
  return addPostNorm(graph, checkpoint, rows);
}

/** What the rows after a layer are called in the graph, so that `verify` can ask for them. */
export function visionLayerName(layer: number): string {
  return `vision.layer.${layer}`;
}

/** Patches, class token and positions, as rows [batch · tokens, hidden]. */
export function addPictureEmbeddings(graph: GraphBuilder, checkpoint: Checkpoint): Value {
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

/** A layer of the transformer: attention and feed-forward, each on its normalised input and added to it. */
export function addVisionLayer(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  products: Products,
  rows: Value,
  layer: number,
): Value {
  const prefix = `vision_model.encoder.layers.${layer}`;
  const normalisedInput = addLayerNorm(graph, checkpoint, rows, norm(checkpoint, `${prefix}.layer_norm1`));
  const attention = addAttention(graph, checkpoint, products, normalisedInput, `${prefix}.self_attn`);
  const secondNorm = norm(checkpoint, `${prefix}.layer_norm2`);
  const { normalised, sum } = addSumAndLayerNorm(graph, checkpoint, attention, rows, secondNorm);
  return graph.node('Add', [addFeedForward(graph, checkpoint, products, normalised, `${prefix}.mlp`), sum]);
}

/** The last normalisation. */
export function addPostNorm(graph: GraphBuilder, checkpoint: Checkpoint, rows: Value): Value {
  return addLayerNorm(graph, checkpoint, rows, norm(checkpoint, 'vision_model.post_layernorm'));
}

function norm(checkpoint: Checkpoint, name: string): LayerNorm {
  const { hiddenSize, layerNormEpsilon } = checkpoint.configuration.vision;
  return { name, size: hiddenSize, epsilon: layerNormEpsilon };
}

function addAttention(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  products: Products,
  rows: Value,
  name: string,
): Value {
  const { hiddenSize, heads } = checkpoint.configuration.vision;
  const tokens = pictureTokens(checkpoint.configuration.vision);
  const fused = products.add(graph, rows, checkpointLinear(checkpoint, `${name}.qkv`, hiddenSize, 3 * hiddenSize));
  const sequences = graph.node('Reshape', [fused, graph.integers([-1, tokens, 3 * hiddenSize])]);
  const [query, key, value] = graph.nodeWithResults('Split', [sequences], 3, { axis: -1, num_outputs: 3 });
  const [mixed] = graph.runtimeNode('MultiHeadAttention', [query!, key!, value!], 1, { num_heads: heads });
  const mixedRows = graph.node('Reshape', [mixed!, graph.integers([-1, hiddenSize])]);
  return products.add(graph, mixedRows, checkpointLinear(checkpoint, `${name}.projection`, hiddenSize, hiddenSize));
}

function addFeedForward(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  products: Products,
  rows: Value,
  name: string,
): Value {
  const { hiddenSize, intermediateSize } = checkpoint.configuration.vision;
  const wide = products.add(graph, rows, checkpointLinear(checkpoint, `${name}.fc1`, hiddenSize, intermediateSize));
  const [activated] = graph.runtimeNode('Gelu', [wide], 1, {});
  return products.add(graph, activated!, checkpointLinear(checkpoint, `${name}.fc2`, intermediateSize, hiddenSize));
}

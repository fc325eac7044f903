import { pictureTokens } from '../checkpoint/blip-configuration.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { checkpointLinear } from './checkpoint-linear.js';
import type { Products } from './products.js';

/**
 * A decoder layer's cross-attention keys [batch, heads, head size, tokens] and values [batch, heads, tokens, head size] of
 * the picture's tokens (`rows`: [batch · tokens, hidden]). Keys lie transposed, since the decoder's one-row products read
 * them in that order.
 */
export function addCrossProjection(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  products: Products,
  rows: Value,
  layer: number,
): { key: Value; value: Value } {
  const { vision, text } = checkpoint.configuration;
  const byHead = graph.integers([-1, pictureTokens(vision), text.heads, text.hiddenSize / text.heads]);
  const project = (part: string, perm: readonly number[]): Value => {
    const name = `text_decoder.bert.encoder.layer.${layer}.crossattention.self.${part}`;
    const linear = checkpointLinear(checkpoint, name, vision.hiddenSize, text.hiddenSize);
    return graph.node('Transpose', [graph.node('Reshape', [products.add(graph, rows, linear), byHead])], { perm });
  };
  return { key: project('key', [0, 2, 3, 1]), value: project('value', [0, 2, 1, 3]) };
}

import { pictureTokens } from '../checkpoint/blip-configuration.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { addLinear, type LinearKind } from './add-linear.js';
import { checkpointLinear } from './checkpoint-linear.js';

/**
 * Adds each decoder layer's cross-attention keys and values of the picture's tokens (`rows`: [batch · tokens, hidden]) as
 * results of the graph. Keys lie transposed, since the decoder's one-row products read them in that order.
 */
export function addCrossProjections(graph: GraphBuilder, checkpoint: Checkpoint, kind: LinearKind, rows: Value): void {
  const { vision, text } = checkpoint.configuration;
  const tokens = pictureTokens(vision);
  const headSize = text.hiddenSize / text.heads;
  const project = (layer: number, part: string): Value => {
    const name = `text_decoder.bert.encoder.layer.${layer}.crossattention.self.${part}`;
    return addLinear(graph, kind, rows, checkpointLinear(checkpoint, name, vision.hiddenSize, text.hiddenSize));
  };
  const byHead = graph.integers([-1, tokens, text.heads, headSize]);
  for (let layer = 0; layer < text.layers; layer++) {
    const keyHeads = graph.node('Reshape', [project(layer, 'key'), byHead]);
    const key = graph.node('Transpose', [keyHeads], { perm: [0, 2, 3, 1] });
    graph.output(`cross_key.${layer}`, key, 'float32', ['batch', text.heads, headSize, tokens]);
    const valueHeads = graph.node('Reshape', [project(layer, 'value'), byHead]);
    const value = graph.node('Transpose', [valueHeads], { perm: [0, 2, 1, 3] });
    graph.output(`cross_value.${layer}`, value, 'float32', ['batch', text.heads, tokens, headSize]);
  }
}

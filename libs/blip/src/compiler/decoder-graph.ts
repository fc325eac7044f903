import { pictureTokens, type TextConfiguration } from '../checkpoint/blip-configuration.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { GraphBuilder, type Value } from '../onnx/graph-builder.js';
import type { OnnxGraph } from '../onnx/onnx-model.js';
import type { WeightFile } from '../onnx/weight-file.js';
import { addLinear, type LinearKind } from './add-linear.js';
import { besideEachOther, checkpointLinear } from './checkpoint-linear.js';
import { addSumAndLayerNorm, type LayerNorm } from './layer-norm.js';
import { addLanguageHead } from './language-head.js';
import { addTokenEmbeddings } from './token-embeddings.js';

/**
 * One step of the text decoder as a graph. A row is a sequence; the sequences of one picture (its beams) lie beside each
 * other, so rows = pictures · beams.
 * - in: `input_ids` int32 [rows, new]; for each layer `past_key.<layer>`, `past_value.<layer>` [rows, heads, past, head
 *   size], and the encoder's `cross_key.<layer>`, `cross_value.<layer>` of [pictures, …]
 * - out: `logits` float32 [rows, vocabulary] after the last new token, `log_sum_exp` [rows, 1] of them, and
 *   `present_key.<layer>`, `present_value.<layer>` [rows, heads, past + new, head size]
 */
export function decoderGraph(checkpoint: Checkpoint, kind: LinearKind, weights: WeightFile): OnnxGraph {
  return new DecoderGraph(checkpoint, kind, weights).build();
}

class DecoderGraph {
  private readonly graph: GraphBuilder;
  private readonly text: TextConfiguration;
  private readonly headSize: number;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly kind: LinearKind,
    weights: WeightFile,
  ) {
    this.graph = new GraphBuilder('decoder', weights);
    this.text = checkpoint.configuration.text;
    this.headSize = this.text.hiddenSize / this.text.heads;
  }

  build(): OnnxGraph {
    const ids = this.graph.input('input_ids', 'int32', ['rows', 'new']);
    const pasts = Array.from({ length: this.text.layers }, (_, layer) => this.addPast(layer));
    const pastLength = this.graph.node('Shape', [pasts[0]!.key], { start: 2, end: 3 });
    const shape = this.graph.node(
      'Concat',
      [this.graph.node('Shape', [ids]), this.graph.integers([this.text.hiddenSize])],
      {
        axis: 0,
      },
    );
    let rows = addTokenEmbeddings(this.graph, this.checkpoint, this.kind, ids, pastLength);
    pasts.forEach((past, layer) => (rows = this.addLayer(rows, layer, past, shape)));
    addLanguageHead(this.graph, this.checkpoint, this.kind, this.graph.node('Reshape', [rows, shape]));
    return this.graph.finish();
  }

  private addPast(layer: number): { key: Value; value: Value } {
    const dims = ['rows', this.text.heads, 'past', this.headSize];
    return {
      key: this.graph.input(`past_key.${layer}`, 'float32', dims),
      value: this.graph.input(`past_value.${layer}`, 'float32', dims),
    };
  }

  /** Self-attention, cross-attention, feed-forward: each added to its input and normalised after it. */
  private addLayer(rows: Value, layer: number, past: { key: Value; value: Value }, shape: Value): Value {
    const prefix = `text_decoder.bert.encoder.layer.${layer}`;
    const afterSelf = this.addResidual(
      this.addSelfAttention(rows, layer, past, shape),
      rows,
      `${prefix}.attention.output`,
    );
    const cross = this.addCrossAttention(afterSelf, layer);
    const afterCross = this.addResidual(cross, afterSelf, `${prefix}.crossattention.output`);
    const wide = this.linear(
      afterCross,
      `${prefix}.intermediate.dense`,
      this.text.hiddenSize,
      this.text.intermediateSize,
    );
    const [activated] = this.graph.runtimeNode('Gelu', [wide], 1, {});
    return this.addResidual(activated!, afterCross, `${prefix}.output`, this.text.intermediateSize);
  }

  private addSelfAttention(rows: Value, layer: number, past: { key: Value; value: Value }, shape: Value): Value {
    const { hiddenSize, heads } = this.text;
    const prefix = `text_decoder.bert.encoder.layer.${layer}.attention.self`;
    const parts = ['query', 'key', 'value'].map((part) =>
      checkpointLinear(this.checkpoint, `${prefix}.${part}`, hiddenSize, hiddenSize),
    );
    const fused = addLinear(this.graph, this.kind, rows, besideEachOther(`${prefix}.qkv`, parts));
    const [query, key, value] = this.graph
      .nodeWithResults('Split', [fused], 3, { axis: -1, num_outputs: 3 })
      .map((part) => this.graph.node('Reshape', [part, shape]));
    const [mixed, presentKey, presentValue] = this.graph.runtimeNode(
      'MultiHeadAttention',
      [query!, key!, value!, '', '', '', past.key, past.value],
      3,
      { num_heads: heads, unidirectional: 1 },
    );
    const dims = ['rows', heads, 'present', this.headSize];
    this.graph.output(`present_key.${layer}`, presentKey!, 'float32', dims);
    this.graph.output(`present_value.${layer}`, presentValue!, 'float32', dims);
    return this.graph.node('Reshape', [mixed!, this.graph.integers([-1, hiddenSize])]);
  }

  /** All sequences of a picture ask its tokens together, so that its keys and values are read once for all of them. */
  private addCrossAttention(rows: Value, layer: number): Value {
    const { hiddenSize, heads } = this.text;
    const tokens = pictureTokens(this.checkpoint.configuration.vision);
    const key = this.graph.input(`cross_key.${layer}`, 'float32', ['pictures', heads, this.headSize, tokens]);
    const value = this.graph.input(`cross_value.${layer}`, 'float32', ['pictures', heads, tokens, this.headSize]);
    const name = `text_decoder.bert.encoder.layer.${layer}.crossattention.self.query`;
    const scale = 1 / Math.sqrt(this.headSize);
    const flat = addLinear(
      this.graph,
      this.kind,
      rows,
      checkpointLinear(this.checkpoint, name, hiddenSize, hiddenSize, scale),
    );
    const pictures = this.graph.node('Shape', [key], { start: 0, end: 1 });
    const byPicture = this.graph.node('Concat', [pictures, this.graph.integers([-1, heads, this.headSize])], {
      axis: 0,
    });
    const query = this.graph.node('Transpose', [this.graph.node('Reshape', [flat, byPicture])], { perm: [0, 2, 1, 3] });
    const weights = this.graph.node('Softmax', [this.graph.node('MatMul', [query, key])], { axis: -1 });
    const mixed = this.graph.node('Transpose', [this.graph.node('MatMul', [weights, value])], { perm: [0, 2, 1, 3] });
    return this.graph.node('Reshape', [mixed, this.graph.integers([-1, hiddenSize])]);
  }

  private addResidual(change: Value, rows: Value, name: string, inputs = this.text.hiddenSize): Value {
    const projected = this.linear(change, `${name}.dense`, inputs, this.text.hiddenSize);
    const norm: LayerNorm = {
      name: `${name}.LayerNorm`,
      size: this.text.hiddenSize,
      epsilon: this.text.layerNormEpsilon,
    };
    return addSumAndLayerNorm(this.graph, this.checkpoint, projected, rows, norm).normalised;
  }

  private linear(rows: Value, name: string, inputs: number, outputs: number): Value {
    return addLinear(this.graph, this.kind, rows, checkpointLinear(this.checkpoint, name, inputs, outputs));
  }
}

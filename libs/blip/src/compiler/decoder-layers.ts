import type { TextConfiguration } from '../checkpoint/blip-configuration.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { GraphBuilder, Value } from '../onnx/graph-builder.js';
import { besideEachOther, checkpointLinear } from './checkpoint-linear.js';
import { addSumAndLayerNorm, type LayerNorm } from './layer-norm.js';
import type { Products } from './products.js';

export interface KeysAndValues {
  key: Value;
  value: Value;
}

/** The layers of the text decoder, added to a graph one by one. */
export class DecoderLayers {
  private readonly text: TextConfiguration;
  private readonly headSize: number;

  constructor(
    private readonly graph: GraphBuilder,
    private readonly checkpoint: Checkpoint,
    private readonly products: Products,
    /** [rows, new, hidden]. */
    readonly sequenceShape: Value,
  ) {
    this.text = checkpoint.configuration.text;
    this.headSize = this.text.hiddenSize / this.text.heads;
  }

  /** Self-attention, cross-attention, feed-forward: each added to its input and normalised after it. */
  add(
    rows: Value,
    layer: number,
    past: KeysAndValues | undefined,
    cross: KeysAndValues,
  ): { rows: Value; present: KeysAndValues } {
    const prefix = `text_decoder.bert.encoder.layer.${layer}`;
    const { mixed, present } = this.addSelfAttention(rows, layer, past);
    const afterSelf = this.addResidual(mixed, rows, `${prefix}.attention.output`);
    const fromPicture = this.addCrossAttention(afterSelf, layer, cross);
    const afterCross = this.addResidual(fromPicture, afterSelf, `${prefix}.crossattention.output`);
    const wide = this.linear(
      afterCross,
      `${prefix}.intermediate.dense`,
      this.text.hiddenSize,
      this.text.intermediateSize,
    );
    const [activated] = this.graph.runtimeNode('Gelu', [wide], 1, {});
    const result = this.addResidual(activated!, afterCross, `${prefix}.output`, this.text.intermediateSize);
    return { rows: result, present };
  }

  private addSelfAttention(
    rows: Value,
    layer: number,
    past: KeysAndValues | undefined,
  ): { mixed: Value; present: KeysAndValues } {
    const { hiddenSize, heads } = this.text;
    const prefix = `text_decoder.bert.encoder.layer.${layer}.attention.self`;
    const parts = ['query', 'key', 'value'].map((part) =>
      checkpointLinear(this.checkpoint, `${prefix}.${part}`, hiddenSize, hiddenSize),
    );
    const fused = this.products.add(this.graph, rows, besideEachOther(`${prefix}.qkv`, parts));
    const [query, key, value] = this.graph
      .nodeWithResults('Split', [fused], 3, { axis: -1, num_outputs: 3 })
      .map((part) => this.graph.node('Reshape', [part, this.sequenceShape]));
    const [mixed, presentKey, presentValue] = this.graph.runtimeNode(
      'MultiHeadAttention',
      [query!, key!, value!, ...(past ? ['', '', '', past.key, past.value] : [])],
      3,
      { num_heads: heads, unidirectional: 1 },
    );
    return {
      mixed: this.graph.node('Reshape', [mixed!, this.graph.integers([-1, hiddenSize])]),
      present: { key: presentKey!, value: presentValue! },
    };
  }

  /** All sequences of a picture ask its tokens together, so that its keys and values are read once for all of them. */
  private addCrossAttention(rows: Value, layer: number, { key, value }: KeysAndValues): Value {
    const { hiddenSize, heads } = this.text;
    const name = `text_decoder.bert.encoder.layer.${layer}.crossattention.self.query`;
    const scale = 1 / Math.sqrt(this.headSize);
    const linear = checkpointLinear(this.checkpoint, name, hiddenSize, hiddenSize, scale);
    const flat = this.products.add(this.graph, rows, linear);
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
    return this.products.add(this.graph, rows, checkpointLinear(this.checkpoint, name, inputs, outputs));
  }
}

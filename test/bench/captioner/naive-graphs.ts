import type { Checkpoint } from '../../../libs/blip/src/checkpoint/checkpoint.js';
import { addLinear, declareFloats } from '../../../libs/blip/src/compiler/add-linear.js';
import { checkpointLinear } from '../../../libs/blip/src/compiler/checkpoint-linear.js';
import { addLayerNorm, addSumAndLayerNorm } from '../../../libs/blip/src/compiler/layer-norm.js';
import { PlannedProducts } from '../../../libs/blip/src/compiler/products.js';
import { addVisionTower } from '../../../libs/blip/src/compiler/vision-graph.js';
import { GraphBuilder, type Value } from '../../../libs/blip/src/onnx/graph-builder.js';
import type { OnnxGraph } from '../../../libs/blip/src/onnx/onnx-model.js';
import type { WeightFile } from '../../../libs/blip/src/onnx/weight-file.js';

/** `pixel_values` → `image_embeds`, and nothing more. */
export function naiveVisionGraph(checkpoint: Checkpoint, weights: WeightFile): OnnxGraph {
  const graph = new GraphBuilder('naive-vision', weights);
  const { hiddenSize } = checkpoint.configuration.vision;
  const rows = addVisionTower(graph, checkpoint, new PlannedProducts('fp32'));
  graph.output('image_embeds', rows, 'float32', ['tokens', hiddenSize]);
  return graph.finish();
}

/**
 * The decoder as public exports of BLIP have it: all tokens so far and the picture's states in, logits of all positions
 * out. Nothing is kept between steps, so every step projects the picture's keys and values again. Batches of one.
 */
export function naiveDecoderGraph(checkpoint: Checkpoint, weights: WeightFile): OnnxGraph {
  return new NaiveDecoder(checkpoint, new GraphBuilder('naive-decoder', weights)).build();
}

class NaiveDecoder {
  private readonly text;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly graph: GraphBuilder,
  ) {
    this.text = checkpoint.configuration.text;
  }

  build(): OnnxGraph {
    const { hiddenSize, vocabularySize, layers } = this.text;
    const states = this.graph.input('image_embeds', 'float32', [
      'tokens',
      this.checkpoint.configuration.vision.hiddenSize,
    ]);
    let rows = this.embed(this.graph.input('input_ids', 'int32', ['length']));
    for (let layer = 0; layer < layers; layer++) rows = this.layer(rows, states, layer);
    const head = 'text_decoder.cls.predictions';
    const transformed = this.gelu(this.linear(rows, `${head}.transform.dense`, hiddenSize, hiddenSize));
    const normalised = addLayerNorm(this.graph, this.checkpoint, transformed, this.norm(`${head}.transform.LayerNorm`));
    const weight = this.weight(`${head}.decoder.weight`, [vocabularySize, hiddenSize]);
    const bias = this.weight(`${head}.bias`, [vocabularySize]);
    const logits = this.graph.node('Gemm', [normalised, weight, bias], { transB: 1 });
    this.graph.output('logits', logits, 'float32', ['length', vocabularySize]);
    return this.graph.finish();
  }

  private embed(ids: Value): Value {
    const { hiddenSize, vocabularySize, maxPositions } = this.text;
    const prefix = 'text_decoder.bert.embeddings';
    const words = this.weight(`${prefix}.word_embeddings.weight`, [vocabularySize, hiddenSize]);
    const table = this.weight(`${prefix}.position_embeddings.weight`, [maxPositions, hiddenSize]);
    const length = this.graph.node('Shape', [ids]);
    const positions = this.graph.node('Slice', [table, this.graph.integers([0]), length, this.graph.integers([0])]);
    const sum = this.graph.node('Add', [this.graph.node('Gather', [words, ids]), positions]);
    return addLayerNorm(this.graph, this.checkpoint, sum, this.norm(`${prefix}.LayerNorm`));
  }

  private layer(rows: Value, states: Value, layer: number): Value {
    const { hiddenSize, intermediateSize } = this.text;
    const prefix = `text_decoder.bert.encoder.layer.${layer}`;
    const afterSelf = this.attention(rows, rows, `${prefix}.attention`, hiddenSize, { unidirectional: 1 });
    const visionSize = this.checkpoint.configuration.vision.hiddenSize;
    const afterCross = this.attention(afterSelf, states, `${prefix}.crossattention`, visionSize, {});
    const wide = this.gelu(this.linear(afterCross, `${prefix}.intermediate.dense`, hiddenSize, intermediateSize));
    return this.residual(wide, afterCross, `${prefix}.output`, intermediateSize);
  }

  private attention(
    rows: Value,
    context: Value,
    name: string,
    contextSize: number,
    attributes: Record<string, number>,
  ): Value {
    const { hiddenSize, heads } = this.text;
    const inputs = (['query', 'key', 'value'] as const).map((part) => {
      const source = part === 'query' ? rows : context;
      const size = part === 'query' ? hiddenSize : contextSize;
      const projected = this.linear(source, `${name}.self.${part}`, size, hiddenSize);
      return this.graph.node('Reshape', [projected, this.graph.integers([1, -1, hiddenSize])]);
    });
    const [mixed] = this.graph.runtimeNode('MultiHeadAttention', inputs, 1, { num_heads: heads, ...attributes });
    const flat = this.graph.node('Reshape', [mixed!, this.graph.integers([-1, hiddenSize])]);
    return this.residual(flat, rows, `${name}.output`, hiddenSize);
  }

  private residual(change: Value, rows: Value, name: string, inputs: number): Value {
    const projected = this.linear(change, `${name}.dense`, inputs, this.text.hiddenSize);
    return addSumAndLayerNorm(this.graph, this.checkpoint, projected, rows, this.norm(`${name}.LayerNorm`)).normalised;
  }

  private linear(rows: Value, name: string, inputs: number, outputs: number): Value {
    return addLinear(this.graph, 'fp32', rows, checkpointLinear(this.checkpoint, name, inputs, outputs));
  }

  private gelu(rows: Value): Value {
    return this.graph.runtimeNode('Gelu', [rows], 1, {})[0]!;
  }

  private norm(name: string): { name: string; size: number; epsilon: number } {
    return { name, size: this.text.hiddenSize, epsilon: this.text.layerNormEpsilon };
  }

  private weight(name: string, shape: number[]): Value {
    return declareFloats(this.graph, name, shape, [this.checkpoint.tensor(name, shape)]);
  }
}

import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { checkpointLayout } from '../../src/checkpoint/checkpoint-layout.js';
import { writeSafetensors } from '../../src/safetensors/safetensors-writer.js';
import { seededRandom } from './seeded-random.js';

/** Magnitudes of a product's few outlier channels, times those of the others (LLM.int8, Dettmers et al., 2022). */
const [leastTimes, mostTimes] = [20, 100];
const channels = 4;

/**
 * Writes a copy of a checkpoint in which a few channels of every kind of input to a product are outliers.
 * - Foldable ones: what makes them large is taken back by the weights that read them, so that the model is the same in
 *   float32: after each of the encoder's normalisations, and of what attention mixes, in encoder and decoder.
 * - Constant ones: a few of each feed-forward layer's channels always are at a large value, which the next bias takes back; no
 *   scaling of inputs makes that go away, since the weights that read them are as large as their neighbours.
 */
export async function writeOutlierCheckpoint(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const file of await readdir(from)) {
    if (!file.endsWith('.safetensors')) await copyFile(join(from, file), join(to, file));
  }
  const model = await CheckpointInMemory.read(from);
  makeFoldable(model);
  makeConstant(model);
  await model.write(join(to, 'model.safetensors'));
}

function makeFoldable(model: CheckpointInMemory): void {
  const { vision, text } = model.checkpoint.configuration;
  for (let layer = 0; layer < vision.layers; layer++) {
    const prefix = `vision_model.encoder.layers.${layer}`;
    model.scaleNorm(`${prefix}.layer_norm1`, [`${prefix}.self_attn.qkv`]);
    model.scaleNorm(`${prefix}.layer_norm2`, [`${prefix}.mlp.fc1`]);
    model.scaleOutputs(`${prefix}.self_attn.qkv`, 2 * vision.hiddenSize, `${prefix}.self_attn.projection`);
  }
  const decoderLayers = Array.from({ length: text.layers }, (_, layer) => `text_decoder.bert.encoder.layer.${layer}`);
  const projections = decoderLayers.flatMap((prefix) =>
    ['key', 'value'].map((part) => `${prefix}.crossattention.self.${part}`),
  );
  model.scaleNorm('vision_model.post_layernorm', projections);
  for (const prefix of decoderLayers) {
    for (const attention of ['attention', 'crossattention']) {
      model.scaleOutputs(`${prefix}.${attention}.self.value`, 0, `${prefix}.${attention}.output.dense`);
    }
  }
}

function makeConstant(model: CheckpointInMemory): void {
  const { vision, text } = model.checkpoint.configuration;
  for (let layer = 0; layer < vision.layers; layer++) {
    const prefix = `vision_model.encoder.layers.${layer}.mlp`;
    model.holdChannels(`${prefix}.fc1`, `${prefix}.fc2`);
  }
  for (let layer = 0; layer < text.layers; layer++) {
    const prefix = `text_decoder.bert.encoder.layer.${layer}`;
    model.holdChannels(`${prefix}.intermediate.dense`, `${prefix}.output.dense`);
  }
}

class CheckpointInMemory {
  private readonly random = seededRandom(5);

  private constructor(
    readonly checkpoint: Checkpoint,
    private readonly tensors: ReadonlyMap<string, { shape: readonly number[]; values: Float32Array }>,
  ) {}

  static async read(directory: string): Promise<CheckpointInMemory> {
    const checkpoint = await Checkpoint.open(directory);
    const tensors = new Map<string, { shape: readonly number[]; values: Float32Array }>();
    for (const [name, shape] of checkpointLayout(checkpoint.configuration)) {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      let place = 0;
      for await (const piece of checkpoint.tensor(name, shape).pieces()) {
        values.set(piece, place);
        place += piece.length;
      }
      tensors.set(name, { shape, values });
    }
    await checkpoint.close();
    return new CheckpointInMemory(checkpoint, tensors);
  }

  /** Enlarges channels of a normalisation, and makes the weights that read them as much smaller. */
  scaleNorm(norm: string, readers: readonly string[]): void {
    for (const [channel, times] of this.outliers(this.values(`${norm}.bias`).length)) {
      this.values(`${norm}.weight`)[channel]! *= times;
      this.values(`${norm}.bias`)[channel]! *= times;
      for (const reader of readers) this.scaleColumn(reader, channel, 1 / times);
    }
  }

  /** Enlarges outputs of a layer, numbered from `first` on, and makes the weights that read them as much smaller. */
  scaleOutputs(layer: string, first: number, reader: string): void {
    const width = this.width(layer);
    for (const [channel, times] of this.outliers(this.width(reader))) {
      const row = first + channel;
      this.values(`${layer}.bias`)[row]! *= times;
      for (let column = 0; column < width; column++) this.values(`${layer}.weight`)[row * width + column]! *= times;
      this.scaleColumn(reader, channel, 1 / times);
    }
  }

  /** Holds outputs of a layer at a large value, and takes what that adds from the bias of the layer that reads them. */
  holdChannels(layer: string, reader: string): void {
    const width = this.width(layer);
    const inputs = this.width(reader);
    for (const [channel, value] of this.outliers(inputs)) {
      this.values(`${layer}.weight`).fill(0, channel * width, (channel + 1) * width);
      this.values(`${layer}.bias`)[channel] = value;
      const bias = this.values(`${reader}.bias`);
      const weights = this.values(`${reader}.weight`);
      for (let output = 0; output < bias.length; output++) {
        bias[output]! -= value * weights[output * inputs + channel]!;
      }
    }
  }

  async write(path: string): Promise<void> {
    const tensors = [...this.tensors].map(([name, { shape, values }]) => ({ name, shape, pieces: () => [values] }));
    await writeSafetensors(path, tensors);
  }

  private scaleColumn(layer: string, channel: number, factor: number): void {
    const width = this.width(layer);
    const weights = this.values(`${layer}.weight`);
    for (let place = channel; place < weights.length; place += width) weights[place]! *= factor;
  }

  private outliers(size: number): Map<number, number> {
    return new Map(
      Array.from({ length: channels }, () => [
        this.random.whole(0, size - 1),
        this.random.whole(leastTimes, mostTimes),
      ]),
    );
  }

  private width(layer: string): number {
    return this.tensors.get(`${layer}.weight`)!.shape[1]!;
  }

  private values(name: string): Float32Array {
    return this.tensors.get(name)!.values;
  }
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../safetensors/safetensors-writer.js';
import { parseBlipConfiguration, type BlipConfiguration } from './blip-configuration.js';
import { checkpointLayout, type TensorShape } from './checkpoint-layout.js';
import type { JsonObject } from './json-file.js';
import { normalNumbers } from './normal-numbers.js';

const deviation = 0.02;
const pieceElements = 1 << 18;

/** `config.json` of checkpoints by their names: Salesforce's published sizes, and one that tests can afford. */
export const randomConfigurations = {
  base: modelJson({ text: { num_attention_heads: 12 }, vision: {} }),
  large: modelJson({
    text: { num_attention_heads: 12 },
    vision: { hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 24, num_attention_heads: 16 },
  }),
  tiny: modelJson({
    text: {
      vocab_size: 200,
      hidden_size: 32,
      intermediate_size: 64,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      bos_token_id: 198,
    },
    vision: { hidden_size: 48, intermediate_size: 96, num_hidden_layers: 2, num_attention_heads: 4, image_size: 64 },
  }),
} as const;
export type RandomConfiguration = keyof typeof randomConfigurations;

/**
 * Writes a checkpoint of random weights, the same ones every time, so that speed can be measured without published weights.
 * @param json its `config.json`
 *
 * Its vocabulary has BERT's special tokens at BERT's places and numbered words everywhere else.
 */
export async function writeRandomCheckpoint(
  directory: string,
  json: JsonObject,
  onProgress: (writtenBytes: number, totalBytes: number) => void = () => undefined,
): Promise<void> {
  const configuration = parseBlipConfiguration(json);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'config.json'), JSON.stringify(json, null, 2) + '\n');
  await writeFile(join(directory, 'vocab.txt'), numberedVocabulary(configuration).join('\n') + '\n');
  await writeFile(join(directory, 'README.md'), '---\nlicense: cc0-1.0\n---\nRandom weights.\n');
  const layout = checkpointLayout(configuration);
  const total = 4 * layout.reduce((sum, [, shape]) => sum + elements(shape), 0);
  let written = 0;
  await writeSafetensors(
    join(directory, 'model.safetensors'),
    layout.map((tensor, index) => ({
      name: tensor[0],
      shape: tensor[1],
      pieces: () => randomPieces(tensor, index + 1),
    })),
    (count) => onProgress((written += count), total),
  );
}

function modelJson(sizes: { text: Record<string, number>; vision: Record<string, number> }): JsonObject {
  return {
    architectures: ['BlipForConditionalGeneration'],
    model_type: 'blip',
    text_config: { model_type: 'blip_text_model', ...sizes.text },
    vision_config: { model_type: 'blip_vision_model', ...sizes.vision },
  };
}

/** Normalisations start at one and zero as in a fresh model; everything else is normal around zero. */
function* randomPieces([name, shape]: TensorShape, seed: number): Generator<Float32Array> {
  const isNorm = /layer_?norm/i.test(name);
  const numbers = normalNumbers(seed, deviation);
  for (let rest = elements(shape); rest > 0; rest -= pieceElements) {
    const piece = new Float32Array(Math.min(rest, pieceElements));
    if (isNorm) piece.fill(name.endsWith('.weight') ? 1 : 0);
    else numbers(piece);
    yield piece;
  }
}

function numberedVocabulary({ text }: BlipConfiguration): string[] {
  // as in BERT's file, the last two ids ([DEC] and [ENC]) are not in it
  const tokens = Array.from({ length: text.vocabularySize - 2 }, (_, id) => `word${id}`);
  for (const [id, token] of [
    [0, '[PAD]'],
    [100, '[UNK]'],
    [101, '[CLS]'],
    [102, '[SEP]'],
    [103, '[MASK]'],
  ] as const) {
    tokens[id] = token;
  }
  return tokens;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

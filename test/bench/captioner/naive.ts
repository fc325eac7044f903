import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from '../../../libs/blip/src/captioner/onnx-runtime.js';
import type { BlipConfiguration } from '../../../libs/blip/src/checkpoint/blip-configuration.js';
import { openBundle } from '../../../libs/blip/src/bundle/bundle.js';
import { Checkpoint } from '../../../libs/blip/src/checkpoint/checkpoint.js';
import type { JsonObject } from '../../../libs/blip/src/checkpoint/json-file.js';
import { writeRandomCheckpoint } from '../../../libs/blip/src/checkpoint/random-checkpoint.js';
import { writeModel } from '../../../libs/blip/src/compiler/write-model.js';
import { WeightFile } from '../../../libs/blip/src/onnx/weight-file.js';
import { captionLength } from './caption-length.js';
import { median } from '../statistics.js';
import { naiveDecoderGraph, naiveVisionGraph } from './naive-graphs.js';

export interface NaiveResult {
  threads: number;
  imagesPerSecond: number;
  tokensPerSecond: number;
  encodeMs: number;
  generateMs: number;
}

const warmUps = 1;
const measured = 4;

/** The same model as it comes out of an export: batch 1, fp32, no KV cache, all keys and values projected at every step. */
export async function measureNaive(bundle: string, threads: number): Promise<NaiveResult> {
  const { configuration } = await openBundle(bundle);
  const directory = await mkdtemp(join(tmpdir(), 'ekphrasis-bench-'));
  try {
    await writeNaiveModel(configuration.model, directory);
    const options: InferenceSession.SessionOptions = { intraOpNumThreads: threads };
    const vision = await InferenceSession.create(join(directory, 'vision.onnx'), options);
    const decoder = await InferenceSession.create(join(directory, 'decoder.onnx'), options);
    const runs: { encode: number; generate: number }[] = [];
    for (let run = 0; run < warmUps + measured; run++)
      runs.push(await captionNaively(vision, decoder, configuration.model));
    const encodeMs = median(runs.slice(warmUps).map(({ encode }) => encode));
    const generateMs = median(runs.slice(warmUps).map(({ generate }) => generate));
    const seconds = (encodeMs + generateMs) / 1000;
    return {
      threads,
      imagesPerSecond: 1 / seconds,
      tokensPerSecond: (captionLength - 1) / seconds,
      encodeMs,
      generateMs,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function captionNaively(
  vision: InferenceSession,
  decoder: InferenceSession,
  { vision: { imageSize }, text: { bosTokenId, sepTokenId, vocabularySize } }: BlipConfiguration,
): Promise<{ encode: number; generate: number }> {
  const started = performance.now();
  const pixels = Float32Array.from({ length: 3 * imageSize ** 2 }, (_, index) => Math.sin(index / 50));
  const { image_embeds } = await vision.run({
    pixel_values: new Tensor('float32', pixels, [1, 3, imageSize, imageSize]),
  });
  const encode = performance.now() - started;
  const ids = [bosTokenId];
  while (ids.length < captionLength) {
    const input_ids = new Tensor('int32', Int32Array.from(ids), [ids.length]);
    const { logits } = await decoder.run({ input_ids, image_embeds: image_embeds! });
    const last = (logits!.data as Float32Array).subarray(-vocabularySize);
    last[sepTokenId] = -Infinity;
    ids.push(last.reduce((best, value, index) => (value > last[best]! ? index : best), 0));
  }
  return { encode, generate: performance.now() - started - encode };
}

async function writeNaiveModel(model: BlipConfiguration, directory: string): Promise<void> {
  await writeRandomCheckpoint(directory, configurationJson(model));
  const checkpoint = await Checkpoint.open(directory);
  const nothing = (): void => undefined;
  const visionWeights = new WeightFile('vision.weights');
  const vision = naiveVisionGraph(checkpoint, visionWeights);
  await writeModel(join(directory, 'vision.onnx'), vision, directory, visionWeights, nothing);
  const decoderWeights = new WeightFile('decoder.weights');
  const decoder = naiveDecoderGraph(checkpoint, decoderWeights);
  await writeModel(join(directory, 'decoder.onnx'), decoder, directory, decoderWeights, nothing);
  await checkpoint.close();
  await rm(join(directory, 'model.safetensors'));
}

/** A `config.json` of the bundle's sizes. */
export function configurationJson({ vision, text }: BlipConfiguration): JsonObject {
  return {
    model_type: 'blip',
    vision_config: {
      image_size: vision.imageSize,
      patch_size: vision.patchSize,
      hidden_size: vision.hiddenSize,
      intermediate_size: vision.intermediateSize,
      num_hidden_layers: vision.layers,
      num_attention_heads: vision.heads,
    },
    text_config: {
      vocab_size: text.vocabularySize,
      hidden_size: text.hiddenSize,
      intermediate_size: text.intermediateSize,
      num_hidden_layers: text.layers,
      num_attention_heads: text.heads,
      max_position_embeddings: text.maxPositions,
      bos_token_id: text.bosTokenId,
      sep_token_id: text.sepTokenId,
    },
  };
}

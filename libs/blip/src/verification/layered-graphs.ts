import { copyFile, link, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openBundle, type Bundle } from '../bundle/bundle.js';
import { bundleFiles } from '../bundle/bundle-format.js';
import { CrossAttentionMemory } from '../captioner/cross-attention-memory.js';
import { GraphSession } from '../captioner/graph-session.js';
import { Tensor } from '../captioner/onnx-runtime.js';
import { SelfAttentionMemory } from '../captioner/self-attention-memory.js';
import { TextDecoder } from '../captioner/text-decoder.js';
import { pictureTokens } from '../checkpoint/blip-configuration.js';
import { decoderLayerName } from '../compiler/decoder-graph.js';
import { visionLayerName } from '../compiler/vision-graph.js';
import { GreedySearch } from '../generation/greedy-search.js';
import { moreOutputs } from '../onnx/onnx-model.js';
import { pixelNormalisation, type PixelNormalisation } from '../preprocessing/pixel-values.js';

/** The rows after each layer, by the layers' names; empty where a bundle's graphs do not name them. */
export type LayerRows = ReadonlyMap<string, Float32Array>;

/** A bundle's own graphs, with the rows after each layer as results too, on this thread and a picture at a time. */
export class LayeredGraphs {
  private readonly pictures: CrossAttentionMemory;
  private readonly normalise: PixelNormalisation;

  private constructor(
    private readonly bundle: Bundle,
    private readonly vision: GraphSession,
    private readonly decoder: GraphSession,
    private readonly layerNames: { vision: readonly string[]; decoder: readonly string[] },
  ) {
    this.pictures = new CrossAttentionMemory(bundle.configuration.model);
    this.pictures.reserve(1);
    this.normalise = pixelNormalisation(bundle.configuration.picture);
  }

  /**
   * @param directory an empty one for copies of the graphs, on the bundle's disk where the weights shall not be copied too
   * @throws BundleError
   */
  static async load(bundleDirectory: string, directory: string): Promise<LayeredGraphs> {
    const bundle = await openBundle(bundleDirectory);
    const { vision, text } = bundle.configuration.model;
    const names = {
      vision: Array.from({ length: vision.layers }, (_, layer) => visionLayerName(layer)),
      decoder: Array.from({ length: text.layers }, (_, layer) => decoderLayerName(layer)),
    };
    const open = async (model: string, weights: string, layers: string[]): Promise<[GraphSession, string[]]> => {
      const bytes = await readFile(join(bundleDirectory, model));
      const named = layers.filter((name) => bytes.includes(name));
      await writeFile(join(directory, model), Buffer.concat([bytes, moreOutputs(named)]));
      const [from, to] = [join(bundleDirectory, weights), join(directory, weights)];
      await link(from, to).catch(() => copyFile(from, to));
      return [await GraphSession.load(directory, model, availableParallelism(), { milliseconds: 0 }), named];
    };
    const [visionSession, visionNames] = await open(bundleFiles.visionModel, bundleFiles.visionWeights, names.vision);
    const [decoderSession, decoderNames] = await open(
      bundleFiles.decoderModel,
      bundleFiles.decoderWeights,
      names.decoder,
    );
    return new LayeredGraphs(bundle, visionSession, decoderSession, { vision: visionNames, decoder: decoderNames });
  }

  /** Encodes RGB bytes of the encoder's size; the decoder asks this picture until the next one. */
  async encode(pixels: Uint8Array): Promise<{ layers: LayerRows; states: Float32Array }> {
    const { vision } = this.bundle.configuration.model;
    const pixelValues = new Float32Array(pixels.length);
    this.normalise(pixels, pixelValues);
    const tokens = pictureTokens(vision);
    const layers = new Map(this.layerNames.vision.map((name) => [name, new Float32Array(tokens * vision.hiddenSize)]));
    const states = new Float32Array(tokens * vision.hiddenSize);
    await this.vision.run(
      { pixel_values: new Tensor('float32', pixelValues, [1, 3, vision.imageSize, vision.imageSize]) },
      {
        image_embeds: new Tensor('float32', states, [1, tokens, vision.hiddenSize]),
        ...rowTensors(layers, [tokens, vision.hiddenSize]),
        ...this.pictures.tensors(0, 1),
      },
    );
    return { layers, states };
  }

  /** The encoded picture's caption as greedy search finds it. */
  async caption(): Promise<readonly number[]> {
    const { generation, model } = this.bundle.configuration;
    const settings = {
      ...generation,
      numBeams: 1,
      numCaptions: 1,
      promptIds: [model.text.bosTokenId],
      sepTokenId: model.text.sepTokenId,
    };
    const search = new GreedySearch(settings);
    const slot = { search, isCancelled: () => false, onDone: () => undefined };
    await new TextDecoder(this.decoder, model.text).run([slot], this.pictures, generation.maxLength);
    return search.results()[0]!.tokenIds;
  }

  /** What the decoder says after each of the given tokens of the encoded picture's caption. */
  async *force(ids: readonly number[]): AsyncGenerator<{ layers: LayerRows; logits: Float32Array }> {
    const { text } = this.bundle.configuration.model;
    const memory = new SelfAttentionMemory(text);
    memory.reset(1, ids.length);
    for (const id of ids) {
      const layers = new Map(this.layerNames.decoder.map((name) => [name, new Float32Array(text.hiddenSize)]));
      const logits = new Float32Array(text.vocabularySize);
      const { past, present } = memory.step(1);
      await this.decoder.run(
        { input_ids: new Tensor('int32', Int32Array.of(id), [1, 1]), ...past, ...this.pictures.tensors(0, 1) },
        {
          logits: new Tensor('float32', logits, [1, text.vocabularySize]),
          ...rowTensors(layers, [1, text.hiddenSize]),
          ...present,
        },
      );
      memory.advance(1);
      yield { layers, logits };
    }
  }

  async close(): Promise<void> {
    await this.vision.close();
    await this.decoder.close();
  }
}

function rowTensors(layers: LayerRows, dims: readonly number[]): Record<string, Tensor> {
  return Object.fromEntries([...layers].map(([name, rows]) => [name, new Tensor('float32', rows, dims)]));
}

import { Tensor } from '../../src/captioner/onnx-runtime.js';
import { openBundle, type Bundle } from '../../src/bundle/bundle.js';
import { bundleFiles } from '../../src/bundle/bundle-format.js';
import { CrossAttentionMemory } from '../../src/captioner/cross-attention-memory.js';
import { GraphSession } from '../../src/captioner/graph-session.js';
import { SelfAttentionMemory } from '../../src/captioner/self-attention-memory.js';
import { TextDecoder, type SlotSearch } from '../../src/captioner/text-decoder.js';
import { BeamSearch } from '../../src/generation/beam-search.js';
import { GreedySearch } from '../../src/generation/greedy-search.js';
import type { SearchSettings } from '../../src/generation/search-settings.js';
import type { TokenSearch } from '../../src/generation/token-search.js';

/** Runs a bundle's graphs on the test's own thread, from pixel values, as the inference thread runs them from bytes. */
export class GraphRunner {
  private constructor(
    readonly bundle: Bundle,
    private readonly vision: GraphSession,
    private readonly decoder: GraphSession,
  ) {}

  static async load(directory: string): Promise<GraphRunner> {
    const bundle = await openBundle(directory);
    const clock = { milliseconds: 0 };
    const vision = await GraphSession.load(directory, bundleFiles.visionModel, 1, clock);
    const decoder = await GraphSession.load(directory, bundleFiles.decoderModel, 1, clock);
    return new GraphRunner(bundle, vision, decoder);
  }

  /** Encodes `count` pictures in one run. */
  async encode(
    pixelValues: Float32Array,
    count: number,
  ): Promise<{ states: Float32Array; pictures: CrossAttentionMemory }> {
    const { model } = this.bundle.configuration;
    const { imageSize, patchSize, hiddenSize } = model.vision;
    const tokens = (imageSize / patchSize) ** 2 + 1;
    const states = new Float32Array(count * tokens * hiddenSize);
    const pictures = new CrossAttentionMemory(model);
    pictures.reserve(count);
    await this.vision.run(
      { pixel_values: new Tensor('float32', pixelValues, [count, 3, imageSize, imageSize]) },
      { image_embeds: new Tensor('float32', states, [count, tokens, hiddenSize]), ...pictures.tensors(0, count) },
    );
    return { states, pictures };
  }

  /** The logits after each of the given tokens [row][position], with the cache between steps of `stepLengths` tokens. */
  async forcedLogits(
    pictures: CrossAttentionMemory,
    rows: readonly (readonly number[])[],
    stepLengths: readonly number[],
  ): Promise<Map<number, Float32Array>> {
    const { text } = this.bundle.configuration.model;
    const memory = new SelfAttentionMemory(text);
    memory.reset(rows.length, rows[0]!.length);
    const byPosition = new Map<number, Float32Array>();
    let start = 0;
    for (const length of stepLengths) {
      const ids = Int32Array.from(rows.flatMap((row) => row.slice(start, start + length)));
      const logits = new Float32Array(rows.length * text.vocabularySize);
      const { past, present } = memory.step(length);
      await this.decoder.run(
        { input_ids: new Tensor('int32', ids, [rows.length, length]), ...past, ...pictures.tensors(0, rows.length) },
        { logits: new Tensor('float32', logits, [rows.length, text.vocabularySize]), ...present },
      );
      memory.advance(length);
      start += length;
      byPosition.set(start - 1, logits);
    }
    return byPosition;
  }

  /** Searches the captions of the first `count` slots together. */
  async search(pictures: CrossAttentionMemory, count: number, settings: SearchSettings): Promise<TokenSearch[]> {
    const searches = Array.from({ length: count }, (): TokenSearch =>
      settings.numBeams > 1 ? new BeamSearch(settings) : new GreedySearch(settings),
    );
    const slots = searches.map((search): SlotSearch => ({ search, isCancelled: () => false, onDone: () => undefined }));
    const decoder = new TextDecoder(this.decoder, this.bundle.configuration.model.text);
    await decoder.run(slots, pictures, settings.maxLength);
    return searches;
  }

  async close(): Promise<void> {
    await this.vision.close();
    await this.decoder.close();
  }
}

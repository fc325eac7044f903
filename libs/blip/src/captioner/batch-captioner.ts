import type { Bundle } from '../bundle/bundle.js';
import { bundleFiles } from '../bundle/bundle-format.js';
import { BeamSearch } from '../generation/beam-search.js';
import { GreedySearch } from '../generation/greedy-search.js';
import { CrossAttentionMemory } from './cross-attention-memory.js';
import { GraphSession, type RuntimeClock } from './graph-session.js';
import type { CaptionBatch, InferenceStatistics, PictureNews } from './inference-messages.js';
import { PictureEncoder } from './picture-encoder.js';
import { TextDecoder, type SlotSearch } from './text-decoder.js';

/** Captions batches on the thread that it lives on: encodes the pictures one by one, then decodes them together. */
export class BatchCaptioner {
  private readonly pictures: CrossAttentionMemory;
  private readonly encoder: PictureEncoder;
  private readonly decoder: TextDecoder;
  /** When the last batch ended (`performance.now()`). */
  private lastEnd: number | undefined;

  private constructor(
    bundle: Bundle,
    vision: GraphSession,
    decoder: GraphSession,
    private readonly clock: RuntimeClock,
  ) {
    this.pictures = new CrossAttentionMemory(bundle.configuration.model);
    this.encoder = new PictureEncoder(vision, bundle.configuration);
    this.decoder = new TextDecoder(decoder, bundle.configuration.model.text);
  }

  /** @throws BundleError */
  static async load(bundle: Bundle, threads: number): Promise<BatchCaptioner> {
    const clock = { milliseconds: 0 };
    const vision = await GraphSession.load(bundle.directory, bundleFiles.visionModel, threads, clock);
    const decoder = await GraphSession.load(bundle.directory, bundleFiles.decoderModel, threads, clock);
    return new BatchCaptioner(bundle, vision, decoder, clock);
  }

  /** Captions a batch; each picture's end is told as soon as it comes, a cancelled one's is not. */
  async caption(batch: CaptionBatch, tell: (news: PictureNews) => void): Promise<InferenceStatistics> {
    const started = performance.now();
    const idleMilliseconds = this.lastEnd === undefined ? 0 : started - this.lastEnd;
    const runtimeBefore = this.clock.milliseconds;
    const tokensBefore = this.decoder.generatedTokens;
    const encoded = await this.encode(batch);
    const encode = performance.now() - started;
    const searches = encoded.map((index): SlotSearch => {
      const search = batch.settings.numBeams > 1 ? new BeamSearch(batch.settings) : new GreedySearch(batch.settings);
      return {
        search,
        isCancelled: () => isCancelled(batch, index),
        onDone: () => tell({ index, found: search.results(), encode, generate: performance.now() - started - encode }),
      };
    });
    await this.decoder.run(searches, this.pictures, batch.settings.maxLength);
    this.lastEnd = performance.now();
    return {
      batches: 1,
      pictures: encoded.length,
      tokens: this.decoder.generatedTokens - tokensBefore,
      busyMilliseconds: this.lastEnd - started,
      idleMilliseconds,
      runtimeMilliseconds: this.clock.milliseconds - runtimeBefore,
    };
  }

  /** @returns the pictures' places in the batch, slot by slot */
  private async encode(batch: CaptionBatch): Promise<number[]> {
    const encoded: number[] = [];
    this.pictures.reserve(batch.pictures.length);
    for (const [index, pixels] of batch.pictures.entries()) {
      if (isCancelled(batch, index)) continue;
      await this.encoder.encode(pixels, this.pictures, encoded.length);
      encoded.push(index);
    }
    return encoded;
  }
}

function isCancelled({ cancelled }: CaptionBatch, index: number): boolean {
  return Atomics.load(cancelled, index) !== 0;
}

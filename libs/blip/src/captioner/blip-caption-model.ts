import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Bundle } from '../bundle/bundle.js';
import type { Caption, CaptionModel, CaptionOptions, CaptionOutcome, Sentence } from '../caption-model.js';
import { searchSettings, type SearchLimits, type SearchSettings } from '../generation/search-settings.js';
import type { FoundCaption } from '../generation/token-search.js';
import type { Sandbox } from '../pictures.js';
import type { PicturePreparation } from '../preprocessing/picture-preparation.js';
import { tokenText } from '../tokens/token-text.js';
import { WordPiece } from '../tokens/word-piece.js';
import { BatchQueue, type BatchLimits } from './batch-queue.js';
import { captionBatch, type CaptioningPicture } from './captioning.js';
import type { InferenceLane } from './inference-lane.js';
import type { InferenceStatistics, PictureNews } from './inference-messages.js';
import { confidenceOf } from './confidence.js';
import { ModelClosedError } from './model-closed-error.js';
import { ModelBrokenError } from './model-broken-error.js';
import { SharedFlights } from './shared-flights.js';

/** A bundle at work: `caption` prepares each picture, queues it, and words what the lanes find. */
export class BlipCaptionModel implements CaptionModel {
  readonly name: string;
  private readonly limits: SearchLimits;
  private readonly flights = new SharedFlights<Caption>();
  private readonly queue: BatchQueue<CaptioningPicture>;
  private readonly totals: InferenceStatistics = {
    batches: 0,
    pictures: 0,
    tokens: 0,
    busyMilliseconds: 0,
    runtimeMilliseconds: 0,
    idleMilliseconds: 0,
  };
  private isClosed = false;

  constructor(
    private readonly bundle: Bundle,
    private readonly preparation: PicturePreparation,
    private readonly lanes: readonly InferenceLane[],
    batches: BatchLimits,
  ) {
    const { manifest, configuration, vocabulary } = bundle;
    const wordPiece = new WordPiece(vocabulary);
    this.name = `${manifest.name} ${manifest.precision}`;
    this.limits = {
      generation: configuration.generation,
      ...configuration.model.text,
      encodePrompt: (prompt) => wordPiece.encode(prompt).filter((id) => vocabulary[id] !== '[UNK]'),
    };
    this.queue = new BatchQueue(
      lanes.map(
        (lane) => (batch: readonly CaptioningPicture[]) => captionBatch(lane, batch, (cost) => this.count(cost)),
      ),
      batches,
    );
  }

  async caption(
    images: readonly Uint8Array[],
    options: CaptionOptions = {},
    signal?: AbortSignal,
  ): Promise<CaptionOutcome[]> {
    signal?.throwIfAborted();
    if (this.isClosed) throw new ModelClosedError();
    const settings = searchSettings(options, this.limits);
    // the caller's signal gets one listener, ours one for each picture
    const call = new AbortController();
    setMaxListeners(0, call.signal);
    const abort = (): void => call.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.all(images.map((image) => this.outcome(image, settings, call.signal)));
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.flights.settled();
    await Promise.all([this.preparation.close(), ...this.lanes.map((lane) => lane.close())]);
  }

  /** What the processes that decode strangers' pictures are kept from. */
  sandbox(): Promise<Sandbox> {
    return this.preparation.sandbox;
  }

  /** What all batches so far have cost. */
  statistics(): InferenceStatistics {
    return { ...this.totals };
  }

  private async outcome(image: Uint8Array, settings: SearchSettings, signal: AbortSignal): Promise<CaptionOutcome> {
    const key = createHash('sha256').update(image).update(JSON.stringify(settings)).digest('base64');
    try {
      return { caption: await this.flights.join(key, (wanted) => this.captionOne(image, settings, wanted), signal) };
    } catch (error) {
      signal.throwIfAborted();
      return { error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  private async captionOne(image: Uint8Array, settings: SearchSettings, signal: AbortSignal): Promise<Caption> {
    const { pixels, milliseconds } = await this.preparation.prepare(image, signal);
    signal.throwIfAborted();
    const { found, encode, generate } = await new Promise<PictureNews>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      this.queue.add({ pixels, settings, signal, resolve, reject });
    });
    if (!found.every(({ meanLogProbability }) => Number.isFinite(meanLogProbability)))
      throw new ModelBrokenError('The model computes what is no number');
    const sentences = differentSentences(found.map((one) => this.sentence(one, settings.promptIds.length)));
    return { ...sentences[0]!, sentences, timings: { decode: milliseconds, encode, generate } };
  }

  private sentence(found: FoundCaption, promptLength: number): Sentence {
    const text = tokenText(found.tokenIds.slice(promptLength), this.bundle.vocabulary);
    const confidence = confidenceOf(found, text, this.bundle.manifest.confidence);
    const { tokenIds, meanLogProbability: mean, leastLogProbability: least } = found;
    return { text, tokenIds, confidence, logProbabilities: { mean, least } };
  }

  private count(cost: InferenceStatistics): void {
    for (const name of Object.keys(this.totals) as (keyof InferenceStatistics)[]) this.totals[name] += cost[name];
  }
}

/** Of sentences with equal words the first, and none without words but where it is the best. */
function differentSentences(sentences: readonly Sentence[]): Sentence[] {
  const byText = new Map<string, Sentence>();
  for (const [rank, sentence] of sentences.entries()) {
    if (byText.has(sentence.text) || (sentence.text === '' && rank > 0)) continue;
    byText.set(sentence.text, sentence);
  }
  return [...byText.values()];
}

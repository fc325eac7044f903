/** How a caption is searched for. Every field is optional; the bundle's own generation settings are the defaults. */
export interface CaptionOptions {
  /**
   * Conditional captioning: the words the caption starts with, e.g. "a picture of". They are part of the answer's token ids and
   * are cut from its text, as the original BLIP does. Words that the model's vocabulary cannot spell are left out.
   */
  prompt?: string;
  /** Beams of the search, up to 16; 1 is greedy. Raised to `captions`. */
  numBeams?: number;
  /**
   * Different sentences wanted: the best that a beam search ends with (`num_return_sequences` of the reference). Sentences of
   * equal words count once, so fewer may come. 1 by default.
   */
  captions?: number;
  /**
   * Longest answer in tokens, counted with bos, prompt and the final sep, as the reference counts. What is beyond the model's
   * positions counts as the most it has.
   */
  maxLength?: number;
  /** Shortest answer in tokens, counted in the same way. */
  minLength?: number;
  /** Above 1 discourages words already said. */
  repetitionPenalty?: number;
}

/** Where the time of one caption went, in milliseconds. What a batch did together is reported in full to each of its pictures. */
export interface CaptionTimings {
  decode: number;
  encode: number;
  generate: number;
}

/** One sentence about a picture. */
export interface Sentence {
  text: string;
  /** bos, prompt, words and sep, without padding: exactly what the reference's `generate` returns. */
  tokenIds: number[];
  /**
   * Between 0 and 1: exp of the mean log-probability of the generated tokens or, where the bundle's manifest has a
   * calibration, how probably everything that the sentence says is right.
   */
  confidence: number;
  /** What the confidence comes of, of the generated tokens, sep included: for calibration. Not every model tells. */
  logProbabilities?: { mean: number; least: number };
}

/** The best sentence about a picture, and the others that were asked for. */
export interface Caption extends Sentence {
  /**
   * As many as were asked for and differ, the best by the search's score first: the caption itself. Without penalties for length
   * and repetition and without calibration that is the order of their confidences.
   */
  sentences: Sentence[];
  timings: CaptionTimings;
}

/** The outcome of one picture of a call: a picture that cannot be decoded does not fail its neighbours. */
export type CaptionOutcome = { caption: Caption } | { error: Error };

/** The port: pictures in, captions out. */
export interface CaptionModel {
  /** What made the captions, e.g. "ekphrasis-small int8": written beside every description. */
  readonly name: string;
  /**
   * Captions encoded pictures (JPEG, PNG, WebP, GIF, AVIF, TIFF bytes), one outcome a picture, in their order.
   * Calls that wait together run together as batches. Never blocks the calling thread.
   * @throws the signal's reason once it is aborted; `ModelClosedError` after `close`
   */
  caption(images: readonly Uint8Array[], options?: CaptionOptions, signal?: AbortSignal): Promise<CaptionOutcome[]>;
  /** Finishes what runs, refuses what comes, and frees sessions and threads. */
  close(): Promise<void>;
}

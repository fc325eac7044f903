/** What a search came to. */
export interface FoundCaption {
  /** bos, prompt, words and sep, unpadded. */
  tokenIds: number[];
  /** The mean log-probability of the generated tokens, sep included; that of the model itself, before penalties. */
  meanLogProbability: number;
  /** The log-probability of the generated token of which the model was least sure. */
  leastLogProbability: number;
  /** The score that beams are compared by; the log-probability's mean in a greedy search. */
  score: number;
}

/**
 * The search for one picture's caption, step by step: it holds one row of tokens for each beam, hears what the decoder
 * says after each row, and tells which rows go on.
 */
export interface TokenSearch {
  /** The rows' tokens so far, all of one length. */
  readonly rows: readonly (readonly number[])[];
  /**
   * Takes the decoder's answer, one array of logits and their log Σ exp for each row.
   * @returns for each row that goes on, the number of the row that it continues; undefined when the search is over
   */
  advance(logits: readonly Float32Array[], logSumExp: readonly number[]): readonly number[] | undefined;
  /** The best captions by score, the best first, once the search is over: `numCaptions` of the settings. */
  results(): FoundCaption[];
}

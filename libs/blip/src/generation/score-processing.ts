import type { SearchSettings } from './search-settings.js';

/**
 * What the reference's processors do to a row of scores, in place: the repetition penalty, once for each distinct token
 * said (prompt and bos included), then no sep before `minLength`.
 */
export function processScores(scores: Float32Array, tokens: readonly number[], settings: SearchSettings): void {
  if (settings.repetitionPenalty !== 1) {
    for (const token of new Set(tokens)) {
      const score = scores[token]!;
      scores[token] = score < 0 ? score * settings.repetitionPenalty : score / settings.repetitionPenalty;
    }
  }
  if (tokens.length < settings.minLength) scores[settings.sepTokenId] = -Infinity;
}

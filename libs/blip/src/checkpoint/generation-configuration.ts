import { FieldReader, type JsonObject } from './json-file.js';

/** The search's settings as the reference names them, with its defaults. */
export interface GenerationConfiguration {
  /** Tokens of the longest caption, with the first and the last; at least 1. */
  maxLength: number;
  /** Tokens of the shortest, counted likewise; at least 0. */
  minLength: number;
  /** Beams of the search, at least 1, which is greedy. */
  numBeams: number;
  /** What the score of a token that has come before is divided by, or multiplied with where it is negative; positive, 1 for none. */
  repetitionPenalty: number;
  /** Exponent of the length that a beam's score is divided by. */
  lengthPenalty: number;
  /** When a picture's beams are done: true at once, false when no better one can be expected, "never" only when none can be. */
  earlyStopping: boolean | 'never';
}

/**
 * Reads the settings of `generate`: `generation_config.json` first, then `text_config`, then transformers' defaults.
 * @throws CheckpointError naming the field
 */
export function parseGenerationConfiguration(
  generationJson: JsonObject | undefined,
  configurationJson: JsonObject,
): GenerationConfiguration {
  const text = (configurationJson['text_config'] ?? {}) as JsonObject;
  const merged = Object.fromEntries(
    Object.entries({ ...text, ...generationJson }).map(([field, value]) => [field, value ?? text[field]]),
  );
  const fields = new FieldReader(merged, generationJson ? 'generation_config.json: ' : 'config.json: text_config.');
  return {
    maxLength: fields.count('max_length', 20),
    minLength: fields.count('min_length', 0, 0),
    numBeams: fields.count('num_beams', 1),
    repetitionPenalty: fields.number('repetition_penalty', 1),
    lengthPenalty: fields.number('length_penalty', 1),
    earlyStopping: fields.oneOf<boolean | 'never'>('early_stopping', [true, false, 'never'], false),
  };
}

import type { CaptionOptions } from '../caption-model.js';
import type { GenerationConfiguration } from '../checkpoint/generation-configuration.js';
import { CodedError } from '../coded-errors.js';

/** Everything a search needs to know; equal settings may run in one batch. */
export interface SearchSettings extends GenerationConfiguration {
  /** What every caption starts with: bos, then the prompt. */
  promptIds: readonly number[];
  sepTokenId: number;
  /** Captions to find; no more than beams. */
  numCaptions: number;
}

/** Options of a caption that cannot be searched for. */
export class CaptionOptionsError extends CodedError {
  constructor(message: string) {
    super('bad-caption-options', message, { retryable: false });
  }
}

/** The model's limits and defaults that options are checked against. */
export interface SearchLimits {
  generation: GenerationConfiguration;
  bosTokenId: number;
  sepTokenId: number;
  maxPositions: number;
  vocabularySize: number;
  encodePrompt(prompt: string): number[];
}

/** More beams than this are refused: memory and time grow with them, captions do not improve. */
const mostBeams = 16;

/**
 * Completes a caller's options with the bundle's defaults.
 * @throws CaptionOptionsError naming the option
 */
export function searchSettings(options: CaptionOptions, limits: SearchLimits): SearchSettings {
  const { generation } = limits;
  const mostSearched = Math.min(mostBeams, Math.floor(limits.vocabularySize / 2));
  const numCaptions = whole('captions', options.captions ?? 1, 1, mostSearched);
  const numBeams = whole('numBeams', options.numBeams ?? generation.numBeams, 1, mostSearched);
  const promptIds = [limits.bosTokenId, ...(options.prompt ? limits.encodePrompt(options.prompt) : [])];
  // the last token is never fed back, so it needs no position
  const longest = limits.maxPositions + 1;
  const maxLength = Math.min(longest, whole('maxLength', options.maxLength ?? generation.maxLength, 2, Infinity));
  if (promptIds.length >= maxLength) {
    throw new CaptionOptionsError(
      `Expected a prompt of at most ${maxLength - 2} tokens for a caption of at most ${maxLength} but received ${promptIds.length - 1}`,
    );
  }
  const repetitionPenalty = options.repetitionPenalty ?? generation.repetitionPenalty;
  if (!Number.isFinite(repetitionPenalty) || repetitionPenalty <= 0) {
    throw new CaptionOptionsError(`Expected a number above 0 for repetitionPenalty but received ${repetitionPenalty}`);
  }
  return {
    ...generation,
    promptIds,
    sepTokenId: limits.sepTokenId,
    maxLength,
    minLength: whole('minLength', options.minLength ?? Math.min(generation.minLength, maxLength), 0, maxLength),
    numBeams: Math.max(numBeams, numCaptions),
    numCaptions,
    repetitionPenalty,
  };
}

function whole(option: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new CaptionOptionsError(`Expected a whole number ${range} for ${option} but received ${value}`);
}

import { processScores } from './score-processing.js';
import type { SearchSettings } from './search-settings.js';
import type { FoundCaption, TokenSearch } from './token-search.js';

const theOnlyRow = [0] as const;

/** Takes the likeliest token at every step; penalties act on the raw logits. */
export class GreedySearch implements TokenSearch {
  private readonly tokens: number[];
  private logProbability = 0;
  private leastLogProbability = 0;

  constructor(private readonly settings: SearchSettings) {
    this.tokens = [...settings.promptIds];
  }

  get rows(): readonly (readonly number[])[] {
    return [this.tokens];
  }

  advance([logits]: readonly [Float32Array], [logSumExp]: readonly [number]): readonly number[] | undefined {
    const scores = this.needsProcessing() ? logits.slice() : logits;
    if (scores !== logits) processScores(scores, this.tokens, this.settings);
    const token = indexOfLargest(scores);
    const logProbability = logits[token]! - logSumExp;
    this.logProbability += logProbability;
    this.leastLogProbability = Math.min(this.leastLogProbability, logProbability);
    this.tokens.push(token);
    const isOver = token === this.settings.sepTokenId || this.tokens.length >= this.settings.maxLength;
    return isOver ? undefined : theOnlyRow;
  }

  results(): FoundCaption[] {
    const generated = this.tokens.length - this.settings.promptIds.length;
    const mean = this.logProbability / generated;
    const { tokens: tokenIds, leastLogProbability } = this;
    return [{ tokenIds, meanLogProbability: mean, leastLogProbability, score: mean }];
  }

  private needsProcessing(): boolean {
    return this.settings.repetitionPenalty !== 1 || this.tokens.length < this.settings.minLength;
  }
}

/** The first of the largest, as torch.argmax. */
function indexOfLargest(values: Float32Array): number {
  let largest = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[largest]!) largest = index;
  return largest;
}

import type { SearchSettings } from './search-settings.js';

/** A finished caption of a beam. */
export interface Hypothesis {
  tokens: readonly number[];
  score: number;
  /** Sum of the model's own log-probabilities, sep included where it was said. */
  logProbability: number;
  /** The least of those. */
  leastLogProbability: number;
  generated: number;
}

/** The best finished captions of one picture (`BeamHypotheses` of transformers 4.40). */
export class BeamHypotheses {
  private kept: Hypothesis[] = [];

  constructor(private readonly settings: SearchSettings) {}

  /** Keeps the caption, with its beam's score, if it is among the best. `generated` counts its tokens after the prompt, sep included. */
  add(
    { tokens, score: beamScore, logProbability, leastLogProbability }: Omit<Hypothesis, 'generated'>,
    generated: number,
  ): void {
    const score = beamScore / generated ** this.settings.lengthPenalty;
    if (this.isFull() && score <= this.worstScore()) return;
    this.kept.push({ tokens, score, logProbability, leastLogProbability, generated });
    if (this.kept.length > this.settings.numBeams) {
      const worst = this.kept.reduce((found, candidate) => (candidate.score < found.score ? candidate : found));
      this.kept = this.kept.filter((candidate) => candidate !== worst);
    }
  }

  /**
   * Whether nothing better is to be expected.
   * @param bestBeamScore of the step's candidates
   * @param generated tokens after the prompt, this step's included
   */
  isDone(bestBeamScore: number, generated: number): boolean {
    if (!this.isFull()) return false;
    const { earlyStopping, lengthPenalty, maxLength, promptIds } = this.settings;
    if (earlyStopping === true) return true;
    const isPatient = earlyStopping === 'never' && lengthPenalty > 0;
    const length = isPatient ? maxLength - promptIds.length : generated;
    return this.worstScore() >= bestBeamScore / length ** lengthPenalty;
  }

  /** The best ones, best first: all `count` of them, for as many are kept as there are beams. */
  best(count: number): Hypothesis[] {
    // the later of equals first, as Python's sorted().pop() gives them
    return [...this.kept]
      .reverse()
      .sort((one, other) => other.score - one.score)
      .slice(0, count);
  }

  private isFull(): boolean {
    return this.kept.length >= this.settings.numBeams;
  }

  private worstScore(): number {
    return Math.min(...this.kept.map((hypothesis) => hypothesis.score));
  }
}

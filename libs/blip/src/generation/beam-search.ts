import { BeamHypotheses, type Hypothesis } from './beam-hypotheses.js';
import { processScores } from './score-processing.js';
import type { SearchSettings } from './search-settings.js';
import type { FoundCaption, TokenSearch } from './token-search.js';
import { TopCandidates, type Candidate } from './top-candidates.js';

/** What the reference gives all beams but the first, so that they do not all start with the same token. */
const unstarted = -1e9;

type Beam = Omit<Hypothesis, 'generated'>;

/**
 * Beam search as transformers 4.40 does it (`_beam_search`, `BeamSearchScorer`): twice as many candidates as beams, those
 * that end are kept aside if they rank among the beams, the rest go on. Scores are float32 there, so they are here.
 */
export class BeamSearch implements TokenSearch {
  private beams: Beam[];
  private readonly hypotheses: BeamHypotheses;

  constructor(private readonly settings: SearchSettings) {
    this.hypotheses = new BeamHypotheses(settings);
    this.beams = Array.from({ length: settings.numBeams }, (_, beam) => ({
      tokens: settings.promptIds,
      score: beam === 0 ? 0 : unstarted,
      logProbability: 0,
      leastLogProbability: 0,
    }));
  }

  get rows(): readonly (readonly number[])[] {
    return this.beams.map((beam) => beam.tokens);
  }

  advance(logits: readonly Float32Array[], logSumExp: readonly number[]): readonly number[] | undefined {
    const { numBeams, sepTokenId, maxLength, promptIds } = this.settings;
    const candidates = this.candidates(logits, logSumExp);
    const generated = this.beams[0]!.tokens.length + 1 - promptIds.length;
    const going: { beam: Beam; row: number }[] = [];
    for (const [rank, { row, token, score }] of candidates.entries()) {
      const before = this.beams[row]!;
      const said = logits[row]![token]! - logSumExp[row]!;
      const logProbability = before.logProbability + said;
      const leastLogProbability = Math.min(before.leastLogProbability, said);
      const beam = { tokens: before.tokens, score, logProbability, leastLogProbability };
      if (token !== sepTokenId) going.push({ row, beam: { ...beam, tokens: [...before.tokens, token] } });
      else if (rank < numBeams) this.hypotheses.add(beam, generated);
      if (going.length === numBeams) break;
    }
    const isDone = this.hypotheses.isDone(candidates[0]!.score, generated);
    this.beams = going.map(({ beam }) => beam);
    if (isDone) return undefined;
    if (this.beams[0]!.tokens.length < maxLength) return going.map(({ row }) => row);
    for (const beam of this.beams) this.hypotheses.add(beam, generated);
    return undefined;
  }

  results(): FoundCaption[] {
    const { maxLength, numCaptions, sepTokenId } = this.settings;
    return this.hypotheses
      .best(numCaptions)
      .map(({ tokens, score, logProbability, leastLogProbability, generated }) => ({
        tokenIds: tokens.length < maxLength ? [...tokens, sepTokenId] : [...tokens],
        score,
        meanLogProbability: logProbability / generated,
        leastLogProbability,
      }));
  }

  private candidates(logits: readonly Float32Array[], logSumExp: readonly number[]): Candidate[] {
    const top = new TopCandidates(2 * this.settings.numBeams);
    for (const [row, beam] of this.beams.entries()) {
      const scores = logits[row]!.map((logit) => logit - logSumExp[row]!);
      processScores(scores, beam.tokens, this.settings);
      top.offer(row, scores, beam.score);
    }
    return top.sorted();
  }
}

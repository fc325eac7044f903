/** A way to go on: a token after a row. */
export interface Candidate {
  row: number;
  token: number;
  score: number;
}

/** Keeps the best few of many candidates, the earlier of equals first. */
export class TopCandidates {
  private readonly kept: Candidate[] = [];
  private threshold = -Infinity;

  constructor(private readonly count: number) {}

  /** Offers every token after `row`, scored in float32 by its own score plus the row's. */
  offer(row: number, scores: Float32Array, rowScore: number): void {
    for (let token = 0; token < scores.length; token++) {
      const score = Math.fround(scores[token]! + rowScore);
      if (score > this.threshold || this.kept.length < this.count) this.insert({ row, token, score });
    }
  }

  sorted(): Candidate[] {
    return this.kept;
  }

  private insert(candidate: Candidate): void {
    const place = this.kept.findIndex(({ score }) => score < candidate.score);
    this.kept.splice(place < 0 ? this.kept.length : place, 0, candidate);
    if (this.kept.length > this.count) this.kept.pop();
    if (this.kept.length === this.count) this.threshold = this.kept[this.count - 1]!.score;
  }
}

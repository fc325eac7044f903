/** A confidence and whether what it is about was right. */
export interface Judged {
  confidence: number;
  isRight: boolean;
}

const bins = 10;

/**
 * The expected calibration error: how far confidence and the share of right ones lie apart, over bins of a tenth each,
 * weighted by what falls into them (Naeini et al., 2015). 0 where of all that is said with 0.7, seven in ten are right.
 */
export function calibrationError(judged: readonly Judged[]): number {
  const sums = new Float64Array(bins);
  for (const { confidence, isRight } of judged) {
    sums[Math.min(bins - 1, Math.floor(confidence * bins))]! += confidence - Number(isRight);
  }
  return sums.reduce((total, sum) => total + Math.abs(sum), 0) / judged.length;
}

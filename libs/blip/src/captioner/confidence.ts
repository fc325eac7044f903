import type { ConfidenceCalibration } from '../bundle/bundle-format.js';
import type { FoundCaption } from '../generation/token-search.js';

/** How sure a search is of a caption, from 0 to 1: calibrated where the bundle says how, else the words' mean probability. */
export function confidenceOf(
  { meanLogProbability, leastLogProbability }: Pick<FoundCaption, 'meanLogProbability' | 'leastLogProbability'>,
  text: string,
  calibration: ConfidenceCalibration | undefined,
): number {
  if (!calibration) return Math.exp(meanLogProbability);
  const { bias, mean, least, words, unknown } = calibration;
  const odds = bias + mean * meanLogProbability + least * leastLogProbability + words * text.split(' ').length;
  const withheld = unknown && text.includes(unknown.phrase) ? unknown.weight : 0;
  return 1 / (1 + Math.exp(-odds - withheld));
}

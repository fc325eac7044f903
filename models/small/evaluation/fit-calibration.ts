import type { ConfidenceCalibration } from '../../../libs/blip/src/index.js';
import type { Told } from './captioning.js';

/** What the model says where it has no word. */
const phrase = 'something that I do not know';
/** Holds back weights that nothing in the scenes holds back. */
const ridge = 0.02;
const rounds = 30;

/** What was said of a picture, and whether that was wholly right. */
export interface Sureness {
  told: Told;
  isRight: boolean;
}

/** Fits how probably a caption is wholly right, by logistic regression (Newton's method with a small ridge). */
export function fitCalibration(samples: readonly Sureness[]): ConfidenceCalibration {
  const rows = samples.map(({ told }) => featuresOf(told));
  let weights = rows[0]!.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const slope = weights.map((weight) => ridge * weight);
    const bend = weights.map((_, index) => weights.map((__, other) => (index === other ? ridge : 0)));
    for (const [index, row] of rows.entries()) {
      const p = 1 / (1 + Math.exp(-dot(row, weights)));
      for (const [a, value] of row.entries()) {
        slope[a]! += (p - Number(samples[index]!.isRight)) * value;
        for (const [b, other] of row.entries()) bend[a]![b]! += p * (1 - p) * value * other;
      }
    }
    const step = solve(bend, slope);
    weights = weights.map((weight, index) => weight - step[index]!);
  }
  const [bias, mean, least, words, unknown] = weights.map((weight) => Number(weight.toFixed(4))) as [
    ...[number, number, number, number, number],
  ];
  return { bias, mean, least, words, unknown: { phrase, weight: unknown } };
}

function featuresOf({ text, logProbabilities: { mean, least } }: Told): number[] {
  return [1, mean, least, text.split(' ').length, Number(text.includes(phrase))];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

/** Gaussian elimination; the matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  for (const [pivot, row] of rows.entries()) {
    const divided = row.map((value) => value / row[pivot]!);
    rows[pivot] = divided;
    for (const [index, other] of rows.entries()) {
      if (index !== pivot) rows[index] = other.map((value, column) => value - other[pivot]! * divided[column]!);
    }
  }
  return rows.map((row) => row.at(-1)!);
}

import { confidenceOf } from './confidence.js';

const found = { meanLogProbability: -0.1, leastLogProbability: -1 };
const calibration = { bias: 2, mean: 10, least: 0.5, words: -0.1 };

describe('the confidence of a caption', () => {
  it('is the mean probability of its words where the bundle has no calibration', () => {
    expect(confidenceOf(found, 'a red circle', undefined)).toBeCloseTo(Math.exp(-0.1), 12);
  });

  it('is the logistic regression that the bundle has', () => {
    // 2 - 1 - 0.5 - 0.3
    expect(confidenceOf(found, 'a red circle', calibration)).toBeCloseTo(1 / (1 + Math.exp(-0.2)), 12);
  });

  it('counts what the model says it does not know, and only where it says so', () => {
    const withPhrase = { ...calibration, unknown: { phrase: 'something that I do not know', weight: -5 } };
    expect(confidenceOf(found, 'a red circle', withPhrase)).toBe(confidenceOf(found, 'a red circle', calibration));
    const text = 'something that I do not know';
    // 2 - 1 - 0.5 - 0.6 - 5
    expect(confidenceOf(found, text, withPhrase)).toBeCloseTo(1 / (1 + Math.exp(5.1)), 12);
  });
});

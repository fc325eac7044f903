import { fitCalibration } from './fit-calibration.js';

const sample = (mean: number, isRight: boolean, text = 'a red circle') => ({
  told: { text, confidence: 0, logProbabilities: { mean, least: 3 * mean } },
  isRight,
});

describe('fitting the calibration', () => {
  it('finds how often captions of some log-probability are right', () => {
    const sure = Array.from({ length: 100 }, (_, index) => sample(-0.1, index < 80));
    const unsure = Array.from({ length: 100 }, (_, index) => sample(-0.8, index < 30));
    const { bias, mean, least, words } = fitCalibration([...sure, ...unsure]);
    const probability = (value: number) => 1 / (1 + Math.exp(-(bias + mean * value + least * 3 * value + words * 3)));
    expect(probability(-0.1)).toBeCloseTo(0.8, 1);
    expect(probability(-0.8)).toBeCloseTo(0.3, 1);
  });

  it('trusts no caption of something unknown where all of them were wrong', () => {
    const known = Array.from({ length: 50 }, (_, index) => sample(-0.1, index < 45));
    const unknown = Array.from({ length: 50 }, () => sample(-0.1, false, 'something that I do not know'));
    expect(fitCalibration([...known, ...unknown]).unknown!.weight).toBeLessThan(-3);
  });
});

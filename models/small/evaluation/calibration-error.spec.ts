import { calibrationError } from './calibration-error.js';

describe('the expected calibration error', () => {
  it('is nothing where confidence is the share of right ones', () => {
    const judged = Array.from({ length: 10 }, (_, index) => ({ confidence: 0.75, isRight: index % 4 !== 0 }));
    expect(calibrationError(judged.slice(0, 8))).toBeCloseTo(0, 12);
  });

  it('is how much too sure or too unsure the average one is, bin by bin', () => {
    const sure = { confidence: 1, isRight: false };
    const unsure = { confidence: 0.05, isRight: true };
    expect(calibrationError([sure])).toBe(1);
    expect(calibrationError([sure, unsure])).toBeCloseTo((1 + 0.95) / 2, 12);
  });
});

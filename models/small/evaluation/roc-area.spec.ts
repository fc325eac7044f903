import { rocArea } from './roc-area.js';

describe('the area under the ROC curve', () => {
  it('is 1 where every score of the one kind is above every score of the other, and 0 the other way round', () => {
    expect(rocArea([0.8, 0.9, 0.7], [0.1, 0.6])).toBe(1);
    expect(rocArea([0.1, 0.6], [0.8, 0.9, 0.7])).toBe(0);
  });

  it('is a half where nothing can be told apart', () => {
    expect(rocArea([0.5, 0.5, 0.5], [0.5, 0.5])).toBe(0.5);
    expect(rocArea([0.2, 0.8], [0.2, 0.8])).toBe(0.5);
  });

  it('is the share of pairs in the right order', () => {
    const high = [0.3, 0.6, 0.6, 0.9];
    const low = [0.1, 0.6, 0.7];
    const pairs = high.flatMap((a) => low.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
    expect(rocArea(high, low)).toBeCloseTo(pairs.reduce<number>((sum, pair) => sum + pair, 0) / pairs.length);
  });
});

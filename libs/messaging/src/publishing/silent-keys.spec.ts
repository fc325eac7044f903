import { SilentKeys } from './silent-keys.js';

describe('SilentKeys', () => {
  it('tells when nothing with a key was answered for twenty seconds, once', () => {
    const keys = new SilentKeys();
    expect([0, 19_999, 20_000, 20_001].map((now) => keys.unanswered('job', now))).toEqual([false, false, true, false]);
  });

  it('begins anew with each answer, and knows each key by itself', () => {
    const keys = new SilentKeys();
    keys.unanswered('job', 0);
    keys.unanswered('report', 0);
    keys.answered('report');
    expect(keys.unanswered('report', 30_000)).toBe(false);
    expect(keys.unanswered('job', 30_000)).toBe(true);
  });
});

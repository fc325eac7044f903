import { RelayPace } from './relay-pace.js';

describe('RelayPace', () => {
  it('sends full batches one after the other, and gathers a little where they are not full', () => {
    const pace = new RelayPace();
    expect(pace.begin()).toBe(1_000);
    pace.committed(15);
    expect(pace.pauseMs(true)).toBe(0);
    expect(pace.pauseMs(false)).toBe(10);
    expect(pace.begin()).toBe(1_000);
  });

  it('sends small batches with longer pauses while large commits come, and full ones when they come no more', () => {
    const pace = new RelayPace();
    pace.committed(300);
    expect(pace.begin()).toBe(1_000);
    pace.committed(16);
    expect(pace.pauseMs(true)).toBe(100);
    pace.committed(16);
    expect(pace.begin()).toBe(256);
    pace.committed(16);
    expect(pace.pauseMs(false)).toBe(100);
    expect(pace.begin()).toBe(1_000);
    expect(pace.pauseMs(true)).toBe(0);
  });
});

import { RepeatedWork } from './repeated-work.js';

describe('RepeatedWork', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  let begun: number;
  let finish: () => void;
  let repeated: RepeatedWork;
  beforeEach(() => {
    begun = 0;
    repeated = new RepeatedWork(1_000, () => {
      begun += 1;
      return new Promise((resolve) => (finish = resolve));
    });
    repeated.start();
  });

  it('begins after its time, and again after as long', async () => {
    await jest.advanceTimersByTimeAsync(999);
    expect(begun).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(begun).toBe(1);
    finish();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(begun).toBe(2);
  });

  it('does not begin while it runs', async () => {
    await jest.advanceTimersByTimeAsync(5_000);
    expect(begun).toBe(1);
    finish();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(begun).toBe(2);
  });

  it('stops when what runs has ended, and begins nothing more', async () => {
    await jest.advanceTimersByTimeAsync(1_000);
    let isStopped = false;
    void repeated.stop().then(() => (isStopped = true));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(isStopped).toBe(false);
    finish();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(isStopped).toBe(true);
    expect(begun).toBe(1);
  });
});

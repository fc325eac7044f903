import { CaptionFront } from './caption-front.js';

describe('CaptionFront', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
  let front: CaptionFront;

  beforeEach(() => {
    jest.useFakeTimers();
    front = new CaptionFront();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const lookAfter = (ms: number): void => {
    jest.advanceTimersByTime(ms);
    front.look();
  };

  it('is unknown before anything was reported', () => {
    lookAfter(0);
    lookAfter(5_000);
    expect(front.before(1_000)).toBeUndefined();
  });

  it('is known only once the look that saw it is old enough', () => {
    front.reach(at(1));
    lookAfter(0);
    lookAfter(999);
    expect(front.before(1_000)).toBeUndefined();
    jest.advanceTimersByTime(1);
    expect(front.before(1_000)).toEqual(at(1));
  });

  it('is where it was then, not where it is', () => {
    front.reach(at(1));
    lookAfter(0);
    front.reach(at(2));
    lookAfter(600);
    front.reach(at(3));
    lookAfter(600);
    expect(front.before(1_000)).toEqual(at(1));
    lookAfter(500);
    expect(front.before(1_000)).toEqual(at(2));
    expect(front.before(500)).toEqual(at(3));
  });

  it('never goes back, and takes nothing for no news', () => {
    front.reach(at(2));
    front.reach(at(1));
    front.reach(null);
    front.reach(undefined);
    front.look();
    expect(front.before(0)).toEqual(at(2));
  });

  it('counts no time before it was looked at anew', () => {
    front.reach(at(1));
    lookAfter(0);
    jest.advanceTimersByTime(5_000);
    front.lookAnew();
    lookAfter(0);
    expect(front.before(1_000)).toBeUndefined();
    jest.advanceTimersByTime(1_000);
    expect(front.before(1_000)).toEqual(at(1));
  });
});

import { QueuePosition } from './queue-position.js';

describe('QueuePosition', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
  let position: QueuePosition;

  beforeEach(() => {
    jest.useFakeTimers();
    position = new QueuePosition();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const sampleAfter = (ms: number): void => {
    jest.advanceTimersByTime(ms);
    position.sample();
  };

  it('is unknown before anything was reported', () => {
    sampleAfter(0);
    sampleAfter(5_000);
    expect(position.before(1_000)).toBeUndefined();
  });

  it('is known only once its sample is old enough', () => {
    position.advance(at(1));
    sampleAfter(0);
    sampleAfter(999);
    expect(position.before(1_000)).toBeUndefined();
    jest.advanceTimersByTime(1);
    expect(position.before(1_000)).toEqual(at(1));
  });

  it('is what it was then, not what it is', () => {
    position.advance(at(1));
    sampleAfter(0);
    position.advance(at(2));
    sampleAfter(600);
    position.advance(at(3));
    sampleAfter(600);
    expect(position.before(1_000)).toEqual(at(1));
    sampleAfter(500);
    expect(position.before(1_000)).toEqual(at(2));
    expect(position.before(500)).toEqual(at(3));
  });

  it('never goes back', () => {
    position.advance(at(2));
    position.advance(at(1));
    position.sample();
    expect(position.before(0)).toEqual(at(2));
  });

  it('counts no time before its samples were forgotten', () => {
    position.advance(at(1));
    sampleAfter(0);
    jest.advanceTimersByTime(5_000);
    position.forgetSamples();
    sampleAfter(0);
    expect(position.before(1_000)).toBeUndefined();
    jest.advanceTimersByTime(1_000);
    expect(position.before(1_000)).toEqual(at(1));
  });
});

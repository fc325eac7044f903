import { LikeLines, type FieldsLine } from './like-lines.js';

describe('LikeLines', () => {
  let lines: string[];
  let likeLines: LikeLines;

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    likeLines = new LikeLines((line) => lines.push(line));
  });
  afterEach(() => jest.useRealTimers());

  it('writes the first at once, and half a million like it as one line a minute', () => {
    for (let job = 1; job <= 500_000; job += 1) likeLines.say('dead.example', `job ${job} waits`);
    expect(lines).toEqual(['job 1 waits']);
    jest.advanceTimersByTime(60_000);
    expect(lines).toEqual(['job 1 waits', 'job 500000 waits (499999 like it in a minute)']);
  });

  it('keeps the fields of a line, those of the latest where lines are counted', () => {
    const written: FieldsLine[] = [];
    const withFields = new LikeLines<FieldsLine>((line) => written.push(line));
    for (let imageId = 1; imageId <= 3; imageId += 1) withFields.say('a', { imageId, msg: 'waits' });
    jest.advanceTimersByTime(60_000);
    expect(written).toEqual([
      { imageId: 1, msg: 'waits' },
      { imageId: 3, msg: 'waits (2 like it in a minute)' },
    ]);
  });

  it('writes what is not like it at once', () => {
    likeLines.say('a', 'one');
    likeLines.say('b', 'another');
    expect(lines).toEqual(['one', 'another']);
  });

  it('forgets a kind of which a minute brought nothing', () => {
    likeLines.say('a', 'one');
    jest.advanceTimersByTime(60_000);
    likeLines.say('a', 'two');
    expect(lines).toEqual(['one', 'two']);
  });

  it('keeps a bounded number of kinds', () => {
    for (let kind = 0; kind < 5_000; kind += 1) likeLines.say(`${kind}.example`, `line ${kind}`);
    expect(lines.length).toBe(1_001);
    jest.advanceTimersByTime(60_000);
    expect(lines.at(-1)).toBe('line 4999 (3999 like it in a minute)');
  });
});

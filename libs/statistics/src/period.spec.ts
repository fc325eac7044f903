import { lengthMs, resolutions, takeApart, type Period, type Resolution } from './period.js';

const time = (text: string): number => Date.parse(text);

/** All parts of a period, in their order. */
function partsOf(period: Period, longest: Resolution): Period[] {
  const { edges, pieces } = takeApart(period, longest);
  return [...edges, ...pieces].sort((one, other) => one.from - other.from);
}

describe('a period, taken apart', () => {
  it('is minutes, hours and days, and what is less than a minute at both ends', () => {
    const period = { from: time('2026-02-27T22:58:59.999Z'), to: time('2026-03-02T01:01:00.001Z') };
    expect(takeApart(period, 'day')).toEqual({
      edges: [
        { from: period.from, to: time('2026-02-27T22:59:00Z') },
        { from: time('2026-03-02T01:01:00Z'), to: period.to },
      ],
      pieces: [
        { resolution: 'minute', from: time('2026-02-27T22:59:00Z'), to: time('2026-02-27T23:00:00Z') },
        { resolution: 'hour', from: time('2026-02-27T23:00:00Z'), to: time('2026-02-28T00:00:00Z') },
        { resolution: 'day', from: time('2026-02-28T00:00:00Z'), to: time('2026-03-02T00:00:00Z') },
        { resolution: 'hour', from: time('2026-03-02T00:00:00Z'), to: time('2026-03-02T01:00:00Z') },
        { resolution: 'minute', from: time('2026-03-02T01:00:00Z'), to: time('2026-03-02T01:01:00Z') },
      ],
    });
  });

  it('is its edge alone where it holds no whole minute', () => {
    const period = { from: time('2026-01-01T00:00:59.999Z'), to: time('2026-01-01T00:01:59.999Z') };
    expect(takeApart(period, 'day')).toEqual({ edges: [period], pieces: [] });
  });

  it('has no longer pieces than its reader can use', () => {
    const day = { from: time('2026-01-01'), to: time('2026-01-02') };
    expect(takeApart(day, 'hour').pieces).toEqual([{ resolution: 'hour', ...day }]);
    expect(takeApart(day, 'minute').pieces).toEqual([{ resolution: 'minute', ...day }]);
  });

  it('covers every millisecond once, with whole units, whatever the period is', () => {
    const begin = time('1969-12-30T12:34:56.789Z');
    for (let round = 0; round < 500; round += 1) {
      const from = begin + round * 7_919_317;
      const period = { from, to: from + 1 + ((round * 104_729_543) % 400_000_000) };
      for (const longest of resolutions) {
        const parts = partsOf(period, longest);
        expect(parts[0]!.from).toBe(period.from);
        expect(parts.at(-1)!.to).toBe(period.to);
        parts.slice(1).forEach(({ from: next }, index) => expect(next).toBe(parts[index]!.to));
        for (const { resolution, ...piece } of takeApart(period, longest).pieces) {
          expect(Math.abs(piece.from % lengthMs[resolution]) + Math.abs(piece.to % lengthMs[resolution])).toBe(0);
        }
      }
    }
  });
});

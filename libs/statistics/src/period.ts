/** The lengths of time by which counts are kept, the shortest first. All begin in UTC. */
export const resolutions = ['minute', 'hour', 'day'] as const;
export type Resolution = (typeof resolutions)[number];

/** In milliseconds: UTC knows no longer days in PostgreSQL and JavaScript. */
export const lengthMs: Readonly<Record<Resolution, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Times in milliseconds since 1970; `from` is in it and `to` is not. */
export interface Period {
  from: number;
  to: number;
}

/** Whole minutes, hours or days. */
export interface Piece extends Period {
  resolution: Resolution;
}

/** A period, taken apart. */
export interface TakenApart {
  /** What is less than a minute, at its beginning and its end: measurements in it are counted one by one. */
  edges: Period[];
  /** All between, in as few minutes, hours and days as there can be. */
  pieces: Piece[];
}

/** @param longest the longest pieces that may be used: those that end where the caller's own buckets end */
export function takeApart(period: Period, longest: Resolution): TakenApart {
  const inner = inside(period, lengthMs.minute);
  if (!inner) return { edges: [period], pieces: [] };
  const edges = [
    { from: period.from, to: inner.from },
    { from: inner.to, to: period.to },
  ].filter(({ from, to }) => from < to);
  return { edges, pieces: piecesOf(inner, resolutions.indexOf('minute'), resolutions.indexOf(longest)) };
}

/** The same period for measurements of which the minute alone is known, where they are from before `keptFrom`, a whole minute. */
export function asFarAsKnown({ from, to }: Period, keptFrom: number): Period {
  const known = (time: number) => (time < keptFrom ? Math.ceil(time / lengthMs.minute) * lengthMs.minute : time);
  return { from: known(from), to: known(to) };
}

/** @param period of whole units of the resolution with this index */
function piecesOf(period: Period, index: number, longest: number): Piece[] {
  const resolution = resolutions[index]!;
  const longer = resolutions[index + 1];
  const inner = index < longest && longer ? inside(period, lengthMs[longer]) : undefined;
  if (!inner) return [{ resolution, ...period }];
  return [
    { resolution, from: period.from, to: inner.from },
    ...piecesOf(inner, index + 1, longest),
    { resolution, from: inner.to, to: period.to },
  ].filter(({ from, to }) => from < to);
}

/** The whole units that lie in a period; undefined where there is none. */
function inside({ from, to }: Period, unit: number): Period | undefined {
  const begin = Math.ceil(from / unit) * unit;
  const end = Math.floor(to / unit) * unit;
  return begin < end ? { from: begin, to: end } : undefined;
}

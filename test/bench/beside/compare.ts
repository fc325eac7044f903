import { median } from '../statistics.js';
import type { PictureHost } from '../../support/picture-host.js';
import type { Measured, Part } from './parts.js';
import type { RunningVersion } from './running-version.js';

export interface Comparison {
  name: string;
  unit: string;
  /** Medians over the rounds. */
  before: number;
  now: number;
  /** The median of the rounds' ratios, turned so that above 1 this version is the better one. */
  better: number;
}

interface Versions {
  before: RunningVersion;
  now: RunningVersion;
}

/** Measures both in each round, right after each other; who goes first changes from round to round. The first round only warms up. */
export async function compare(
  part: Part,
  { before, now }: Versions,
  pictures: PictureHost,
  rounds: number,
): Promise<Comparison[]> {
  const measured: { before: Measured[]; now: Measured[] }[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    if (round % 2 === 0) {
      measured.push({ before: await part.measure(before, pictures), now: await part.measure(now, pictures) });
    } else {
      const first = await part.measure(now, pictures);
      measured.push({ before: await part.measure(before, pictures), now: first });
    }
  }
  measured.shift();
  return measured[0]!.now.map(({ name, unit, isLessBetter }, index) => {
    const ratio = (round: (typeof measured)[number]): number => round.now[index]!.value / round.before[index]!.value;
    return {
      name,
      unit,
      before: median(measured.map((round) => round.before[index]!.value)),
      now: median(measured.map((round) => round.now[index]!.value)),
      better: median(measured.map((round) => (isLessBetter ? 1 / ratio(round) : ratio(round)))),
    };
  });
}

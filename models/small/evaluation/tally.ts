import type { Scene } from './scene.js';
import type { Count, Verdict } from './judge-caption.js';

/** Shares from 0 to 1 over a group of scenes; undefined where the group has nothing of the kind. */
export interface Shares {
  scenes: number;
  recall?: number;
  precision?: number;
  figures?: number;
  things?: number;
  colours?: number;
  figureColours?: number;
  groundColours?: number;
  sizes?: number;
  groundStyle?: number;
  relation?: number;
  wholly?: number;
}

export interface JudgedScene {
  scene: Scene;
  verdict: Verdict;
}

/** Groups in which scenes are tallied; a scene is in several. */
export type Group = 'all' | '1 object' | '2 objects' | '3 objects' | 'figures' | 'things' | 'figures and things';

export function groupsOf({ objects }: Scene): Group[] {
  const figures = objects.filter(({ colour }) => colour).length;
  const content = figures === objects.length ? 'figures' : figures === 0 ? 'things' : 'figures and things';
  return ['all', `${objects.length} object${objects.length > 1 ? 's' : ''}` as Group, content];
}

export function tally(judged: readonly JudgedScene[]): Shares {
  const share = (countOf: (verdict: Verdict) => Count): number | undefined => {
    const counts = judged.map(({ verdict }) => countOf(verdict));
    const of = counts.reduce((sum, count) => sum + count.of, 0);
    return of > 0 ? counts.reduce((sum, count) => sum + count.right, 0) / of : undefined;
  };
  const yes = (isRight: (verdict: Verdict) => boolean) =>
    share((verdict) => ({ right: Number(isRight(verdict)), of: 1 }));
  return {
    scenes: judged.length,
    recall: share(({ recall }) => recall),
    precision: share(({ precision }) => precision),
    figures: share(({ figures }) => figures),
    things: share(({ things }) => things),
    colours: share(({ colours }) => colours),
    figureColours: share(({ figureColours }) => figureColours),
    groundColours: share(({ groundColours }) => groundColours),
    sizes: share(({ sizes }) => sizes),
    groundStyle: yes(({ groundStyle }) => groundStyle),
    relation: yes(({ relation }) => relation),
    wholly: yes(({ wholly }) => wholly),
  };
}

/** What was mistaken for what, most frequent first, e.g. ["star for cross", 4]; `nothing` where it was left out. */
export function mistakes(judged: readonly JudgedScene[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { truth, said } of judged.flatMap(({ verdict }) => verdict.pairs)) {
    const wrong: string[] = [];
    if (said?.kind !== truth.kind) wrong.push(`${said?.kind ?? 'nothing'} for ${truth.kind}`);
    else if (truth.colour && said.colour !== truth.colour.name) wrong.push(`${said.colour} for ${truth.colour.name}`);
    for (const words of wrong) counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

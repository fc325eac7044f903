import { bars } from './bars.js';
import type { EvaluatedScene } from './evaluate-model.js';
import type { Loading } from './measure-loading.js';
import { rocArea } from './roc-area.js';
import { groupsOf, mistakes, tally, type Group, type Shares } from './tally.js';

export interface Report {
  model: string;
  seed: number;
  groups: Partial<Record<Group, Shares>>;
  /** Area under the ROC curve between scenes and pictures from outside the world, with the mean scores of both. */
  confidence: { area: number; scenes: number; strange: number };
  /** Captions per second at batches of 8. */
  speed: number;
  loading: Loading;
  /** What was mistaken for what, and how often. */
  mistakes: [string, number][];
  /** Names of the bars that are missed. */
  missed: string[];
  evaluated: EvaluatedScene[];
}

export interface Measured {
  model: string;
  seed: number;
  loading: Loading;
  speed: number;
  evaluated: EvaluatedScene[];
  /** Confidences of the pictures from outside the world. */
  strange: number[];
}

const groups: readonly Group[] = [
  'all',
  '1 object',
  '2 objects',
  '3 objects',
  'figures',
  'things',
  'figures and things',
];

export function makeReport({ evaluated, strange, ...measured }: Measured): Report {
  const sayings = evaluated.map(({ told }) => told.confidence);
  const byGroup = groups.map((group) => {
    const members = evaluated.filter(({ scene }) => groupsOf(scene).includes(group));
    return [group, tally(members)] as const;
  });
  const report = {
    ...measured,
    groups: Object.fromEntries(byGroup.filter(([, { scenes }]) => scenes > 0)),
    confidence: { area: rocArea(sayings, strange), scenes: mean(sayings), strange: mean(strange) },
    mistakes: mistakes(evaluated),
    evaluated,
  };
  return { ...report, missed: missedBars(report) };
}

/** The bars of quality that are missed. Speed and memory depend on what else the machine does, and are only reported. */
function missedBars({ groups, confidence }: Pick<Report, 'groups' | 'confidence'>): string[] {
  const all = groups.all;
  const shares = { ...all, confidence: confidence.area };
  const names = ['recall', 'precision', 'colours', 'relation', 'wholly', 'confidence'] as const;
  return names.filter((name) => (shares[name] ?? 0) < bars[name]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

const columns: readonly [keyof Shares, string][] = [
  ['scenes', 'scenes'],
  ['recall', 'recall'],
  ['precision', 'precision'],
  ['figures', 'figures'],
  ['things', 'things'],
  ['figureColours', 'colours'],
  ['sizes', 'sizes'],
  ['groundColours', 'ground'],
  ['groundStyle', 'style'],
  ['relation', 'relation'],
  ['wholly', 'wholly'],
];

/** The report as people read it. */
export function formatReport(report: Report): string {
  const { groups: byGroup, confidence, speed, loading, missed } = report;
  const all = byGroup.all;
  const line = (name: string, value: string, bar: string, isMissed: boolean): string =>
    `${name.padEnd(28)}${value.padStart(8)}   ${bar.padEnd(16)}${isMissed ? 'missed' : ''}`.trimEnd();
  const share = (name: 'recall' | 'precision' | 'colours' | 'relation' | 'wholly', words: string): string =>
    line(words, decimals(all?.[name]), `at least ${bars[name].toFixed(2)}`, missed.includes(name));
  const { area } = confidence;
  return [
    `${report.model}, ${all?.scenes ?? 0} held-out scenes of seed ${report.seed}`,
    '',
    share('recall', 'things right, recall'),
    share('precision', 'things right, precision'),
    share('colours', 'colours right'),
    share('relation', 'relation right'),
    share('wholly', 'wholly right'),
    line(
      'confidence, ROC area',
      decimals(area),
      `at least ${bars.confidence.toFixed(2)}`,
      missed.includes('confidence'),
    ),
    line('confidence of scenes', decimals(confidence.scenes), '', false),
    line('confidence of strange ones', decimals(confidence.strange), '', false),
    line('captions a second, batch 8', speed.toFixed(0), `at least ${bars.speed}`, speed < bars.speed),
    line(
      `MB loaded, ${loading.lanes} lanes`,
      loading.megabytes.toFixed(0),
      `at most ${bars.memory}`,
      loading.megabytes > bars.memory,
    ),
    line('seconds of loading', loading.seconds.toFixed(2), `at most ${bars.loading}`, loading.seconds > bars.loading),
    '',
    table(byGroup),
    '',
    `most frequent mistakes: ${report.mistakes
      .slice(0, 12)
      .map(([words, times]) => `${words} ×${times}`)
      .join(', ')}`,
  ].join('\n');
}

function table(byGroup: Report['groups']): string {
  const rows = groups.flatMap((group) => {
    const shares = byGroup[group];
    if (!shares) return [];
    const cells = columns.map(([key]) =>
      (key === 'scenes' ? String(shares.scenes) : decimals(shares[key])).padStart(10),
    );
    return [group.padEnd(20) + cells.join('')];
  });
  return [''.padEnd(20) + columns.map(([, title]) => title.padStart(10)).join(''), ...rows].join('\n');
}

function decimals(share: number | undefined): string {
  return share === undefined ? '–' : share.toFixed(3);
}

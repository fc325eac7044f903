import { bars } from './bars.js';
import { calibrationError, type Judged } from './calibration-error.js';
import type { Told } from './captioning.js';
import type { EvaluatedScene } from './evaluate-model.js';
import type { Loading } from './measure-loading.js';
import { rocArea } from './roc-area.js';
import { groupsOf, mistakes, tally, type Group, type Shares } from './tally.js';

export interface Report {
  model: string;
  seed: number;
  /** Of hard scenes. */
  groups: Partial<Record<Group, Shares>>;
  /** Of scenes of the usual sort. */
  usual: Shares;
  /** Of things drawn with an icon set that the model never saw. */
  unseen: Shares;
  confidence: {
    /** Areas under the ROC curve between hard scenes and pictures far from the world, and near it. */
    far: number;
    near: number;
    /** Expected calibration errors, of hard and of usual scenes. */
    calibration: number;
    usualCalibration: number;
    /** Means. */
    scenes: number;
    strange: { far: number; near: number };
  };
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
  usual: EvaluatedScene[];
  unseen: EvaluatedScene[];
  /** What was said of pictures from outside the world. */
  far: Told[];
  near: Told[];
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

export function makeReport({ evaluated, usual, unseen, far, near, ...measured }: Measured): Report {
  const ofScenes = confidencesOf(evaluated.map(({ told }) => told));
  const ofFar = confidencesOf(far);
  const ofNear = confidencesOf(near);
  const byGroup = groups.map((group) => {
    const members = evaluated.filter(({ scene }) => groupsOf(scene).includes(group));
    return [group, tally(members)] as const;
  });
  const report = {
    ...measured,
    groups: Object.fromEntries(byGroup.filter(([, { scenes }]) => scenes > 0)),
    usual: tally(usual),
    unseen: tally(unseen),
    confidence: {
      far: rocArea(ofScenes, ofFar),
      near: rocArea(ofScenes, ofNear),
      calibration: calibrationError(evaluated.map(judgedOf)),
      usualCalibration: calibrationError(usual.map(judgedOf)),
      scenes: mean(ofScenes),
      strange: { far: mean(ofFar), near: mean(ofNear) },
    },
    mistakes: mistakes(evaluated),
    evaluated,
  };
  return { ...report, missed: barLines(report).flatMap(({ name, isMissed }) => (isMissed ? [name] : [])) };
}

function confidencesOf(tellings: readonly Told[]): number[] {
  return tellings.map(({ confidence }) => confidence);
}

function judgedOf({ told, verdict }: EvaluatedScene): Judged {
  return { confidence: told.confidence, isRight: verdict.wholly };
}

type Bar =
  'recall' | 'precision' | 'colours' | 'relation' | 'wholly' | 'usual' | 'unseen' | 'far' | 'near' | 'calibration';

/** Every bar of quality with what was measured. Speed and memory depend on what else the machine does, and are only reported. */
function barLines({ groups, usual, unseen, confidence }: Pick<Report, 'groups' | 'usual' | 'unseen' | 'confidence'>) {
  const all = groups.all;
  const lines: readonly [Bar, string, number | undefined][] = [
    ['recall', 'things right, recall', all?.recall],
    ['precision', 'things right, precision', all?.precision],
    ['colours', 'colours right', all?.colours],
    ['relation', 'relation right', all?.relation],
    ['wholly', 'wholly right', all?.wholly],
    ['usual', 'usual scenes wholly right', usual.wholly],
    ['unseen', 'unseen icons named rightly', unseen.things],
    ['far', 'ROC area, far pictures', confidence.far],
    ['near', 'ROC area, near pictures', confidence.near],
    ['calibration', 'calibration error', confidence.calibration],
  ];
  return lines.map(([name, words, value = 0]) => {
    const isMissed = name === 'calibration' ? value > bars[name] : value < bars[name];
    return { name, words, value, isMissed };
  });
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
  const { groups: byGroup, confidence, speed, loading } = report;
  const line = (name: string, value: string, bar: string, isMissed: boolean): string =>
    `${name.padEnd(28)}${value.padStart(8)}   ${bar.padEnd(16)}${isMissed ? 'missed' : ''}`.trimEnd();
  const plain = (name: string, value: number): string => line(name, decimals(value), '', false);
  return [
    `${report.model}, ${byGroup.all?.scenes ?? 0} hard and ${report.usual.scenes} usual scenes of seed ${report.seed}`,
    '',
    ...barLines(report).map(({ name, words, value, isMissed }) =>
      line(
        words,
        decimals(value),
        `at ${name === 'calibration' ? 'most' : 'least'} ${bars[name].toFixed(2)}`,
        isMissed,
      ),
    ),
    plain('calibration error, usual', confidence.usualCalibration),
    plain('confidence of scenes', confidence.scenes),
    plain('confidence of far pictures', confidence.strange.far),
    plain('confidence of near pictures', confidence.strange.near),
    line('captions a second, batch 8', speed.toFixed(0), `at least ${bars.speed}`, speed < bars.speed),
    line(
      `MB loaded, ${loading.lanes} lanes`,
      loading.megabytes.toFixed(0),
      `at most ${bars.memory}`,
      loading.megabytes > bars.memory,
    ),
    line('seconds of loading', loading.seconds.toFixed(2), `at most ${bars.loading}`, loading.seconds > bars.loading),
    '',
    table([
      ...groups.map((group) => [group, byGroup[group]] as const),
      ['usual', report.usual],
      ['unseen', report.unseen],
    ]),
    '',
    `most frequent mistakes: ${report.mistakes
      .slice(0, 12)
      .map(([words, times]) => `${words} ×${times}`)
      .join(', ')}`,
  ].join('\n');
}

function table(named: readonly (readonly [string, Shares | undefined])[]): string {
  const rows = named.flatMap(([group, shares]) => {
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

import type { Latency, LoadResult } from '../loads/load.js';
import { isGreen, secondsText, type FaultResult, type Row } from './fault-result.js';

const columns = [
  'fault',
  'load',
  'submitted',
  'accepted',
  'acknowledged',
  'failed',
  'lost',
  'duplicated',
  'recovered',
  'unexpected',
  's to recover',
  'answer ms p50/p99',
  'ended ms p50/p99',
  'peak MB api/worker',
  '',
];

/** The whole matrix for people: a line a fault, then what was wrong with those that are not green. */
export function asTable(rows: readonly Row[]): string {
  const lines = [columns, ...rows.flatMap(linesOf)];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  '),
  );
  const green = rows.filter(isGreen).length;
  return [...text, '', ...rows.flatMap(remarksOf), `${green} of ${rows.length} faults are green`].join('\n');
}

/** The same lines as a table in Markdown. */
export function asMarkdown(rows: readonly Row[]): string {
  const alignment = columns.map((_, column) => (column < 2 ? '---' : '--:'));
  return [columns, alignment, ...rows.flatMap(linesOf)].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** A line a load; what is the whole row's stands in the first. */
function linesOf(row: Row): string[][] {
  if ('notRun' in row) return [[row.title, ...columns.slice(2).map(() => '-'), 'NOT RUN']];
  return row.loads.map((load, index) => [
    index === 0 ? row.title : '',
    ...cellsOf(load),
    ...(index === 0 ? [secondsText(row)] : ['']),
    latency(load.answerMs),
    latency(load.endedMs),
    ...(index === 0 ? [memory(row), isGreen(row) ? 'green' : 'RED'] : ['', '']),
  ]);
}

function cellsOf({ kind, forgone, lost, duplicated, unexpected, ...counts }: LoadResult): string[] {
  const { submitted, accepted, acknowledged, failed, recovered } = counts;
  return [
    kind,
    ...[submitted, accepted, acknowledged, failed].map(String),
    `${lost.length}${forgone > 0 ? ` (${forgone} forgone)` : ''}`,
    ...[duplicated.length, recovered, unexpected.length].map(String),
  ];
}

function memory({ peakMemory: { api, worker } }: FaultResult): string {
  return `${megabytes(api)}/${megabytes(worker)}`;
}

function latency({ p50, p99 }: Latency): string {
  return `${Math.round(p50)}/${Math.round(p99)}`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function remarksOf(row: Row): string[] {
  if ('notRun' in row) return [`${row.title}: not run: ${row.notRun}`];
  if (isGreen(row)) return [];
  return [`${row.title}:`, ...wrongsOf(row).map((wrong) => `  ${wrong}`)];
}

function wrongsOf({ loads, findings }: FaultResult): string[] {
  const shown = (what: string, found: readonly (string | number)[]): string[] =>
    found.length === 0 ? [] : [`${what}: ${found.slice(0, 5).join('; ')}${found.length > 5 ? '; …' : ''}`];
  const ofLoad = ({ kind, lost, duplicated, unexpected }: LoadResult): string[] => [
    ...shown(`${kind} lost`, lost),
    ...shown(`${kind} duplicated`, duplicated),
    ...shown(`${kind} unexpected`, unexpected),
  ];
  return [...findings, ...loads.flatMap(ofLoad)];
}

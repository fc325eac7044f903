import { isGreen, secondsText, type FaultResult, type Latency, type Row } from './fault-result.js';

const columns = [
  'fault',
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
  'described ms p50/p99',
  'peak MB api/worker',
  '',
];

/** The whole matrix for people: a line a fault, then what was wrong with those that are not green. */
export function asTable(rows: readonly Row[]): string {
  const lines = [columns, ...rows.map(cellsOf)];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  );
  const green = rows.filter(isGreen).length;
  return [...text, '', ...rows.flatMap(remarksOf), `${green} of ${rows.length} faults are green`].join('\n');
}

/** The same lines as a table in Markdown. */
export function asMarkdown(rows: readonly Row[]): string {
  const alignment = columns.map((_, column) => (column === 0 ? '---' : '--:'));
  return [columns, alignment, ...rows.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function cellsOf(row: Row): string[] {
  if ('notRun' in row) return [row.title, ...columns.slice(2).map(() => '-'), 'NOT RUN'];
  return [
    row.title,
    ...[row.submitted, row.accepted, row.acknowledged, row.failed].map(String),
    `${row.lost.length}${row.forgone > 0 ? ` (${row.forgone} forgone)` : ''}`,
    String(row.duplicated.length),
    ...[row.recovered, row.unexpected.length].map(String),
    secondsText(row),
    latency(row.answerMs),
    latency(row.descriptionMs),
    `${megabytes(row.peakMemory.api)}/${megabytes(row.peakMemory.worker)}`,
    isGreen(row) ? 'green' : 'RED',
  ];
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

function wrongsOf({ lost, duplicated, unexpected, complaints }: FaultResult): string[] {
  const shown = (what: string, found: readonly (string | number)[]): string[] =>
    found.length === 0 ? [] : [`${what}: ${found.slice(0, 5).join('; ')}${found.length > 5 ? '; …' : ''}`];
  return [
    ...complaints,
    ...shown('lost', lost),
    ...shown('duplicated', duplicated),
    ...shown('unexpected', unexpected),
  ];
}

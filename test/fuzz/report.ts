import type { KindTally } from './tally.js';

export interface Report {
  seed: number;
  steps: number;
  minutes: number;
  kinds: Record<string, KindTally>;
  /** Images whose decoder or whose worker died, and where their pictures were kept. */
  kept: string[];
  workerDeaths: number;
  /** Bytes. */
  peak: Record<'api' | 'worker', { own: number; group: number }>;
  findings: string[];
}

const counts = (of: Record<string, number>): string =>
  Object.entries(of)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

/** One table, and what stands beside it. */
export function asText(report: Report): string {
  const rows = Object.entries(report.kinds).map(([kind, { sent, answers, accepted, described, failed }]) => [
    kind,
    String(sent),
    counts(answers),
    String(accepted),
    String(described),
    counts(failed),
  ]);
  const head = ['kind', 'sent', 'answers', 'accepted', 'described', 'failed'];
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 1 || column === 3 || column === 4 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
  const { api, worker } = report.peak;
  return [
    [head, ...rows].map(line).join('\n'),
    '',
    `seed ${report.seed}, ${report.steps} steps in ${report.minutes.toFixed(1)} min; worker deaths: ${report.workerDeaths}`,
    `peak memory: API ${mebibytes(api.own)}; a worker ${mebibytes(worker.own)}, with the processes that decode ${mebibytes(worker.group)}`,
    ...report.kept.map((each) => `kept: ${each}`),
    report.findings.length === 0 ? 'no finding' : `${report.findings.length} findings:`,
    ...report.findings.map((each) => `✗ ${each}`),
  ].join('\n');
}

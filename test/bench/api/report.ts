import { availableParallelism, cpus } from 'node:os';
import { isMet, type Figure } from './figure.js';

/** All figures as one JSON document. */
export function asJson(figures: readonly Figure[]): string {
  const machine = { cores: availableParallelism(), processor: cpus()[0]?.model, node: process.version };
  return JSON.stringify({ machine, figures: figures.map((figure) => ({ ...figure, met: isMet(figure) })) }, null, 2);
}

/** All figures as a table for people. */
export function asTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [figure.part, figure.name, valueOf(figure), targetOf(figure)]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function valueOf({ value, unit }: Figure): string {
  const digits = Math.abs(value) >= 1_000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return `${value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })} ${unit}`;
}

function targetOf(figure: Figure): string {
  const { target } = figure;
  if (!target) return '';
  const wanted = 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
  return `${isMet(figure) ? 'met' : 'MISSED'} (${wanted})`;
}

import type { LoadResult } from '../loads/load.js';
import type { TimelineMark, TimelinePoint } from '../watch/timeline.js';
import { isGreen, secondsText, type FaultResult, type Row } from './fault-result.js';

const columns = 3;
const panel = { width: 420, height: 210 };
const plot = { left: 40, top: 44, width: 364, height: 124 };
const header = 60;
/** More are not seen at this size. */
const pointsPerLine = 120;

const series: { key: 'submitted' | 'ended' | 'queued'; color: string }[] = [
  { key: 'submitted', color: '#64748b' },
  { key: 'ended', color: '#15803d' },
  { key: 'queued', color: '#c2410c' },
];

/** An SVG with a panel per fault: what was submitted, waits and has ended over time, and what was done when. */
export function asTimelinePicture(rows: readonly Row[]): string {
  const ran = rows.filter((row): row is FaultResult => !('notRun' in row));
  const width = columns * panel.width;
  const height = header + Math.ceil(ran.length / columns) * panel.height;
  const panels = ran.map((row, index) => {
    const x = (index % columns) * panel.width;
    const y = header + Math.floor(index / columns) * panel.height;
    return `<g transform="translate(${x} ${y})">${panelOf(row)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="#0f172a">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    '<text x="16" y="26" font-size="17" font-weight="600">What became of what clients asked for while something was broken</text>',
    ...series.map(({ key, color }, index) => legend(key, color, 16 + index * 110)),
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function legend(label: string, color: string, x: number): string {
  return `<rect x="${x}" y="40" width="18" height="3" fill="${color}"/><text x="${x + 24}" y="46">${label}</text>`;
}

function panelOf(row: FaultResult): string {
  const seconds = row.points.at(-1)?.at ?? 1;
  const most = Math.max(1, ...row.points.map(({ submitted }) => submitted));
  const x = (at: number): number => round(plot.left + (at / seconds) * plot.width);
  const y = (count: number): number => round(plot.top + plot.height * (1 - count / most));
  const bottom = plot.top + plot.height;
  return [
    `<text x="16" y="20" font-weight="600" fill="${isGreen(row) ? '#0f172a' : '#b91c1c'}">${escape(row.title)}</text>`,
    `<text x="16" y="35" fill="#64748b">${summaryOf(row)}</text>`,
    faultArea(row.marks, x),
    `<path d="M${plot.left} ${plot.top}V${bottom}H${plot.left + plot.width}" fill="none" stroke="#cbd5e1"/>`,
    `<text x="${plot.left - 4}" y="${plot.top + 8}" text-anchor="end">${most}</text>`,
    `<text x="${plot.left + plot.width}" y="35" text-anchor="end">${seconds.toFixed(0)} s</text>`,
    ...series.map(({ key, color }) => line(row.points, key, color, x, y)),
    ...marksOf(row.marks, x, bottom),
  ].join('');
}

function summaryOf(row: FaultResult): string {
  const sum = (count: (load: LoadResult) => number): number => row.loads.reduce((all, load) => all + count(load), 0);
  const [submitted, lost, duplicated] = [
    sum((load) => load.submitted),
    sum((load) => load.lost.length),
    sum((load) => load.duplicated.length),
  ];
  return `${submitted} submitted, ${lost} lost, ${duplicated} duplicated, recovered in ${secondsText(row)} s`;
}

/** From the first thing that was done until it was over. */
function faultArea(marks: readonly TimelineMark[], x: (at: number) => number): string {
  const from = marks[0];
  const to = marks.find(({ label }) => label === 'over');
  if (!from || !to) return '';
  return `<rect x="${x(from.at)}" y="${plot.top}" width="${round(x(to.at) - x(from.at))}" height="${plot.height}" fill="#fee2e2"/>`;
}

function line(
  points: readonly TimelinePoint[],
  key: 'submitted' | 'ended' | 'queued',
  color: string,
  x: (at: number) => number,
  y: (count: number) => number,
): string {
  const step = Math.ceil(points.length / pointsPerLine);
  const shown = points.filter((_, index) => index % step === 0 || index === points.length - 1);
  const path = shown.map((point) => `${x(point.at)},${y(point[key])}`).join(' ');
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.6"/>`;
}

/** Labels stand in two heights in turn; a mark too close to the labelled one before it is a line alone. */
function marksOf(marks: readonly TimelineMark[], x: (at: number) => number, bottom: number): string[] {
  let labelled = -Infinity;
  let low = false;
  return marks.map(({ at, label }) => {
    const stroke = `<path d="M${x(at)} ${plot.top}V${bottom}" stroke="#94a3b8" stroke-dasharray="2 3"/>`;
    if (x(at) - labelled < 34) return stroke;
    labelled = x(at);
    low = !low;
    const anchor = x(at) > plot.left + plot.width - 60 ? 'end' : 'start';
    return `${stroke}<text x="${x(at)}" y="${bottom + (low ? 14 : 26)}" text-anchor="${anchor}" fill="#475569">${escape(label)}</text>`;
  });
}

function round(value: number): number {
  return Math.round(value);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

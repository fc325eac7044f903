import type { Size } from './measure.js';

const columns = 4;
const panel = { width: 230, height: 168 };
const plot = { left: 14, top: 40, width: 196, height: 96 };
const header = 84;

interface Colors {
  paper: string;
  ink: string;
  soft: string;
  grid: string;
  page: string;
  all: string;
}

const light: Colors = {
  paper: '#ffffff',
  ink: '#0f172a',
  soft: '#64748b',
  grid: '#e2e8f0',
  page: '#15803d',
  all: '#c2410c',
};
const dark: Colors = {
  paper: '#0d1117',
  ink: '#e2e8f0',
  soft: '#94a3b8',
  grid: '#334155',
  page: '#4ade80',
  all: '#fb923c',
};

/** No variables: not every program that draws SVG knows them. */
function rulesOf({ paper, ink, soft, grid, page, all }: Colors): string {
  return [
    `rect{fill:${paper}}text{fill:${ink}}.soft{fill:${soft}}.grid{stroke:${grid}}.rows{stroke:${soft}}`,
    `.page .line{stroke:${page}}.page circle{fill:${page}}.all .line{stroke:${all}}.all circle{fill:${all}}`,
  ].join('');
}

const style = [
  'path{fill:none}.line{stroke-width:1.8}.rows{stroke-dasharray:3 3}.title{font-weight:600}',
  rulesOf(light),
  `@media (prefers-color-scheme:dark){${rulesOf(dark)}}`,
].join('\n');

/** An SVG with a panel for each figure: milliseconds by rows, both by powers of ten, so that a power is as high as it is wide. */
export function asGrowthChart(sizes: Size[]): string {
  const figures = (sizes[0]?.figures ?? []).map((figure, index) => ({ ...figure, index }));
  const inOrder = figures.toSorted((one, other) => Number(one.readsAll) - Number(other.readsAll));
  const width = columns * panel.width;
  const height = header + Math.ceil(figures.length / columns) * panel.height;
  const panels = inOrder.map(({ name, readsAll, index }, position) => {
    const points = sizes.map((size) => ({ rows: size.rows, milliseconds: size.figures[index]?.milliseconds ?? NaN }));
    const place = `translate(${(position % columns) * panel.width} ${header + Math.floor(position / columns) * panel.height})`;
    return `<g class="${readsAll ? 'all' : 'page'}" transform="${place}">${panelOf(name, points)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">`,
    `<style>${style}</style>`,
    '<rect width="100%" height="100%"/>',
    '<text x="14" y="26" font-size="17" class="title">What takes longer the more images there are</text>',
    `<text x="14" y="46" class="soft">milliseconds (median) by rows of the table, both by powers of ten; dashed: as the rows grow</text>`,
    legend('page', 'a page, a batch or a look', 14),
    legend('all', 'reads or writes all rows, by its nature', 200),
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function legend(kind: string, label: string, x: number): string {
  return `<g class="${kind}"><path class="line" d="M${x} 62h18"/><circle cx="${x + 9}" cy="62" r="3"/></g><text x="${x + 24}" y="66">${label}</text>`;
}

interface Point {
  rows: number;
  milliseconds: number;
}

/** The lowest value stands a little above the bottom line. */
function panelOf(name: string, points: Point[]): string {
  const [first] = points;
  if (!first) return '';
  const powers = Math.max(1, Math.log10((points.at(-1) ?? first).rows / first.rows));
  const lowest = Math.min(...points.map(({ milliseconds }) => milliseconds));
  const x = (rows: number) => round(plot.left + 16 + (Math.log10(rows / first.rows) / powers) * (plot.width - 36));
  const y = (ms: number) =>
    round(plot.top + plot.height - 12 - (Math.log10(ms / lowest) / powers) * (plot.height - 24));
  const bottom = plot.top + plot.height;
  const line = points.map(({ rows, milliseconds }) => `${x(rows)} ${y(milliseconds)}`).join('L');
  const proportional = (rows: number) => y((lowest * rows) / first.rows);
  const last = points.at(-1) ?? first;
  return [
    `<text x="${plot.left}" y="20" class="title">${name}</text>`,
    `<path class="grid" d="M${plot.left} ${bottom}h${plot.width}"/>`,
    `<path class="rows" d="M${x(first.rows)} ${proportional(first.rows)}L${x(last.rows)} ${proportional(last.rows)}"/>`,
    `<path class="line" d="M${line}"/>`,
    ...points.map(({ rows, milliseconds }) => {
      const label = `<text x="${x(rows)}" y="${y(milliseconds) - 7}" text-anchor="middle">${shown(milliseconds)}</text>`;
      const below = `<text x="${x(rows)}" y="${bottom + 15}" text-anchor="middle" class="soft">${rows / 1e6} M</text>`;
      return `<circle cx="${x(rows)}" cy="${y(milliseconds)}" r="3"/>${label}${below}`;
    }),
  ].join('');
}

function shown(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1_000).toFixed(0)} s`;
  return milliseconds.toFixed(milliseconds < 10 ? 1 : 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

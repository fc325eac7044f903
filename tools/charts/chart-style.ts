interface Colours {
  paper: string;
  ink: string;
  soft: string;
  grid: string;
  series: readonly string[];
}

const light: Colours = {
  paper: '#ffffff',
  ink: '#0f172a',
  soft: '#64748b',
  grid: '#e2e8f0',
  series: ['#15803d', '#c2410c', '#1d4ed8'],
};
const dark: Colours = {
  paper: '#0d1117',
  ink: '#e2e8f0',
  soft: '#94a3b8',
  grid: '#334155',
  series: ['#4ade80', '#fb923c', '#60a5fa'],
};

/** No variables: not every program that draws SVG knows them. */
function rulesOf({ paper, ink, soft, grid, series }: Colours): string {
  const ofSeries = series.map((colour, index) => `.s${index}{stroke:${colour}}.f${index}{fill:${colour}}`);
  return `.paper{fill:${paper}}text{fill:${ink}}.soft{fill:${soft}}.grid{stroke:${grid}}${ofSeries.join('')}`;
}

/** For light and dark pages. Series are `s0`, `s1`, `s2` where they are lines, `f0` … where they are filled. */
const style = [
  'path{fill:none}.line{stroke-width:1.8}.title{font-weight:600}',
  rulesOf(light),
  `@media (prefers-color-scheme:dark){${rulesOf(dark)}}`,
].join('\n');

/** Of one panel, without its frame, in pixels. */
export const panelSize = { width: 440, height: 250 };

const header = 64;
const columns = 2;

/**
 * An SVG of panels, two in a row.
 *
 * @param panels what each shows, drawn within `panelSize`
 */
export function asSvg(title: string, subtitle: string, panels: readonly string[]): string {
  const width = Math.min(columns, panels.length) * panelSize.width;
  const height = header + Math.ceil(panels.length / columns) * panelSize.height;
  const placed = panels.map((panel, index) => {
    const [x, y] = [(index % columns) * panelSize.width, header + Math.floor(index / columns) * panelSize.height];
    return `<g transform="translate(${x} ${y})">${panel}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">`,
    `<style>${style}</style>`,
    '<rect class="paper" width="100%" height="100%"/>',
    `<text x="14" y="26" font-size="17" class="title">${escapeText(title)}</text>`,
    `<text x="14" y="46" class="soft">${escapeText(subtitle)}</text>`,
    ...placed,
    '</svg>',
    '',
  ].join('\n');
}

/** Names of files and reasons of failures may hold anything. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** With a digit behind the point: enough for pixels. */
export function inPixels(value: number): number {
  return Math.round(value * 10) / 10;
}

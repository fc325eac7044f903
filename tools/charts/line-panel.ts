import { horizontalScale, legendOf, plot, titleOf, verticalScale } from './axes.js';

export interface Line {
  name: string;
  points: readonly { x: number; y: number }[];
}

/** So many points a line has at most: those of a long run lie closer than pixels. */
const mostPoints = 400;

/**
 * Lines over a horizontal axis that begins at 0, as does the vertical one.
 *
 * @param unit of the horizontal axis
 */
export function linePanel(title: string, unit: string, lines: readonly Line[]): string {
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return `${titleOf(title)}<text x="14" y="${plot.top + 20}" class="soft">not seen</text>`;
  const vertical = verticalScale(points.reduce((largest, { y }) => Math.max(largest, y), 0));
  const horizontal = horizontalScale(
    points.reduce((largest, { x }) => Math.max(largest, x), 0),
    unit,
  );
  const drawn = lines.map((line, index) => {
    const places = thinned(line.points).map(({ x, y }) => `${horizontal.x(x)} ${vertical.y(y)}`);
    return places.length === 0 ? '' : `<path class="line s${index}" d="M${places.join('L')}"/>`;
  });
  const legend = legendOf(lines.map(({ name }) => name));
  return [titleOf(title), legend, vertical.drawn, horizontal.drawn, ...drawn].join('');
}

/** Of neighbours that share a place the highest stays, so that no peak is hidden. */
function thinned(points: Line['points']): Line['points'] {
  const together = Math.ceil(points.length / mostPoints);
  if (together <= 1) return points;
  return Array.from({ length: Math.ceil(points.length / together) }, (_, index) =>
    points.slice(index * together, (index + 1) * together).reduce((one, other) => (other.y > one.y ? other : one)),
  );
}

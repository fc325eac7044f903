import { shortNumber } from '../report/short-number.js';
import { escapeText, inPixels } from './chart-style.js';
import { legendOf, plot, titleOf, verticalScale } from './axes.js';

/** Bars that stand together, one for each series. NaN draws none. */
export interface BarGroup {
  name: string;
  values: readonly number[];
}

/** Groups of bars from 0, with their values above them. */
export function barPanel(title: string, series: readonly string[], groups: readonly BarGroup[]): string {
  const known = groups.flatMap(({ values }) => values.filter(Number.isFinite));
  const { drawn, y } = verticalScale(known.reduce((largest, value) => Math.max(largest, value), 0));
  const groupWidth = plot.width / Math.max(1, groups.length);
  const barWidth = Math.min(48, (groupWidth * 0.8) / Math.max(1, series.length));
  const bottom = plot.top + plot.height;
  const bars = groups.map(({ name, values }, group) => {
    const middle = plot.left + (group + 0.5) * groupWidth;
    const left = middle - (barWidth * series.length) / 2;
    const ofGroup = values.map((value, index) => {
      if (!Number.isFinite(value)) return '';
      const x = inPixels(left + index * barWidth);
      const height = inPixels(bottom - y(value));
      const label = `<text x="${inPixels(x + barWidth / 2)}" y="${y(value) - 4}" text-anchor="middle">${shortNumber(value)}</text>`;
      return `<rect class="f${index}" x="${x}" y="${y(value)}" width="${inPixels(barWidth - 2)}" height="${height}"/>${label}`;
    });
    const below = `<text x="${inPixels(middle)}" y="${bottom + 16}" text-anchor="middle" class="soft">${escapeText(name)}</text>`;
    return ofGroup.join('') + below;
  });
  return [titleOf(title), legendOf(series), drawn, ...bars].join('');
}

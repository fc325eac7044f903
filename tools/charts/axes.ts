import { escapeText, inPixels, panelSize } from './chart-style.js';

/** Where values are drawn within a panel, in pixels. */
export const plot = { left: 48, top: 44, width: panelSize.width - 66, height: panelSize.height - 84 };

const bottom = plot.top + plot.height;

/** How many lines a scale has at most, without that at 0. */
const mostSteps = 5;

/** Marks from 0 to the first that is not below `largest`, at 1, 2 or 5 times a power of ten from each other; always two or more. */
export function marksUpTo(largest: number): number[] {
  const wanted = Number.isFinite(largest) && largest > 0 ? largest : 1;
  const power = 10 ** Math.floor(Math.log10(wanted / mostSteps));
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => wanted / each <= mostSteps)!;
  const count = Math.ceil(wanted / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

export function titleOf(title: string): string {
  return `<text x="14" y="18" class="title">${escapeText(title)}</text>`;
}

/** The horizontal lines with their values. @returns also the place of a value, in pixels from the panel's top */
export function verticalScale(largest: number): { drawn: string; y: (value: number) => number } {
  const marks = marksUpTo(largest);
  const top = marks.at(-1) ?? 1;
  const y = (value: number): number => inPixels(bottom - (value / top) * plot.height);
  const lines = marks.map(
    (mark) =>
      `<path class="grid" d="M${plot.left} ${y(mark)}h${plot.width}"/>` +
      `<text x="${plot.left - 6}" y="${y(mark) + 4}" text-anchor="end" class="soft">${mark}</text>`,
  );
  return { drawn: lines.join(''), y };
}

/** The values below, from 0. @returns also the place of a value, in pixels from the panel's left */
export function horizontalScale(largest: number, unit: string): { drawn: string; x: (value: number) => number } {
  const end = Number.isFinite(largest) && largest > 0 ? largest : 1;
  const x = (value: number): number => inPixels(plot.left + (value / end) * plot.width);
  const marks = marksUpTo(end).filter((mark) => mark <= end);
  const labels = marks.map(
    (mark) => `<text x="${x(mark)}" y="${bottom + 16}" text-anchor="middle" class="soft">${mark} ${unit}</text>`,
  );
  return { drawn: labels.join(''), x };
}

/** What each colour means, in one line below the title. */
export function legendOf(names: readonly string[]): string {
  let x = 14;
  const entries = names.map((name, index) => {
    const entry = `<path class="line s${index}" d="M${x} 32h16"/><text x="${x + 21}" y="36" class="soft">${escapeText(name)}</text>`;
    x += 40 + name.length * 6;
    return entry;
  });
  return entries.join('');
}

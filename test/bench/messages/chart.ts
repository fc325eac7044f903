import type { Sample } from './comparison.js';

const width = 720;
const height = 150;
const left = 60;

/** Answers of each second as bars, one row a way of asking, in SVG. @param stopped when the service was away, in seconds from the start */
export function chartOf(ways: Readonly<Record<string, Sample[]>>, stopped: readonly [number, number]): string {
  const rows = Object.entries(ways).map(([name, samples], row) => rowOf(name, perSecond(samples), row, stopped));
  const total = rows.length * (height + 40) + 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="system-ui, sans-serif" font-size="12" fill="#555">
<rect width="${width}" height="${total}" fill="#fff"/>
${rows.join('\n')}
</svg>
`;
}

function rowOf(name: string, counts: number[], row: number, [from, to]: readonly [number, number]): string {
  const top = row * (height + 40) + 25;
  const most = Math.max(...counts, 1);
  const step = (width - left - 20) / Math.max(counts.length, 1);
  const bars = counts.map((count, second) => {
    const high = Math.round((count / most) * (height - 20));
    return `<rect x="${(left + second * step).toFixed(1)}" y="${top + height - 20 - high}" width="${(step - 1).toFixed(1)}" height="${high}" fill="#2f6f8f"/>`;
  });
  return [
    `<rect x="${left + from * step}" y="${top}" width="${(to - from) * step}" height="${height - 20}" fill="#f3d9d0"/>`,
    ...bars,
    `<text x="${left}" y="${top - 8}">${name}: answers a second, ${most} at most</text>`,
    `<text x="${left}" y="${top + height - 4}">0 s</text>`,
    `<text x="${width - 20}" y="${top + height - 4}" text-anchor="end">${counts.length} s</text>`,
  ].join('\n');
}

function perSecond(samples: Sample[]): number[] {
  const start = Math.min(...samples.map(({ sentAt }) => sentAt));
  const counts: number[] = [];
  for (const { answeredAt } of samples) {
    if (answeredAt === undefined) continue;
    const second = Math.max(0, Math.floor((answeredAt - start) / 1000));
    while (counts.length <= second) counts.push(0);
    counts[second]! += 1;
  }
  return counts;
}

import type { Sample, Way } from './comparison.js';

const width = 760;
const left = 56;
const right = 16;
const plotHeight = 130;
const rowHeight = plotHeight + 62;
const headHeight = 58;
/** No variables: not every program that draws SVG knows them. */
const style = [
  'path{fill:none}.title{font-weight:600}',
  '.paper{fill:#fff}text{fill:#0f172a}.soft{fill:#64748b}.grid{stroke:#e2e8f0}.answered{fill:#15803d}.lost{fill:#c2410c}.away{fill:#fef3c7}',
  '@media (prefers-color-scheme:dark){.paper{fill:#0d1117}text{fill:#e2e8f0}.soft{fill:#94a3b8}.grid{stroke:#334155}.answered{fill:#4ade80}.lost{fill:#fb923c}.away{fill:#3b3312}}',
].join('\n');

/** What happened in each second: how many were answered in it, and how many were sent in it and never answered. */
interface Second {
  answered: number;
  lost: number;
}

/** Answers and losses of each second as bars, one plot a way of asking, in SVG. */
export function chartOf(ways: Readonly<Record<string, Way>>): string {
  const plots = Object.entries(ways).map(([name, { samples, stopped }]) => ({
    name,
    stopped,
    seconds: perSecond(samples),
  }));
  const span = Math.max(...plots.map(({ seconds }) => seconds.length));
  const height = headHeight + plots.length * rowHeight;
  const title = 'The same messages, directly and by the queue, ten seconds without the service';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}" font-family="system-ui, sans-serif" font-size="12">
<style>${style}</style>
<rect class="paper" width="${width}" height="${height}"/>
<text x="${left}" y="24" font-size="14" class="title">${title}</text>
${legend({ answered: 'answered', lost: 'lost', away: 'the service is away' })}
${plots.map(({ name, seconds, stopped }, row) => plot(name, seconds, { top: headHeight + row * rowHeight, span, stopped })).join('\n')}
</svg>
`;
}

function legend(texts: Record<string, string>): string {
  return Object.entries(texts)
    .map(([name, text], index) => {
      const x = left + index * 110;
      return `<rect class="${name}" x="${x}" y="36" width="11" height="11"/><text class="soft" x="${x + 17}" y="46">${text}</text>`;
    })
    .join('\n');
}

interface Place {
  top: number;
  span: number;
  stopped: readonly [number, number];
}

function plot(name: string, seconds: Second[], { top, span, stopped: [from, to] }: Place): string {
  const base = top + 24 + plotHeight;
  const most = niceCeiling(Math.max(...seconds.map(({ answered, lost }) => answered + lost), 1));
  const step = (width - left - right) / span;
  const x = (second: number) => (left + second * step).toFixed(1);
  const heightOf = (count: number) => (count / most) * plotHeight;
  const bar = (second: number, below: number, count: number, name: string) =>
    count === 0
      ? ''
      : `<rect x="${x(second)}" y="${(base - heightOf(below + count)).toFixed(1)}" width="${(step - 1).toFixed(1)}" height="${heightOf(count).toFixed(1)}" class="${name}"/>`;
  const grid = [0, most / 2, most].map((count) => {
    const y = (base - heightOf(count)).toFixed(1);
    return `<path d="M${left} ${y}H${width - right}" class="grid"/><text class="soft" x="${left - 8}" y="${Number(y) + 4}" text-anchor="end">${count}</text>`;
  });
  const ticks = Array.from({ length: Math.floor(span / 10) + 1 }, (_, index) => index * 10).map(
    (second) => `<text class="soft" x="${x(second)}" y="${base + 16}" text-anchor="middle">${second} s</text>`,
  );
  return [
    `<text x="${left}" y="${top + 14}" class="title">${name}, messages a second</text>`,
    `<rect x="${x(from)}" y="${base - plotHeight}" width="${((to - from) * step).toFixed(1)}" height="${plotHeight}" class="away"/>`,
    ...grid,
    ...ticks,
    ...seconds.map(({ answered, lost }, second) =>
      [bar(second, 0, answered, 'answered'), bar(second, answered, lost, 'lost')].join(''),
    ),
  ].join('\n');
}

/** 1, 2 or 5 times a power of ten, not below this. */
function niceCeiling(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((factor) => factor * power).find((ceiling) => ceiling >= most)!;
}

function perSecond(samples: Sample[]): Second[] {
  const start = Math.min(...samples.map(({ sentAt }) => sentAt));
  const seconds: Second[] = [];
  for (const { sentAt, answeredAt } of samples) {
    const second = Math.max(0, Math.floor(((answeredAt ?? sentAt) - start) / 1000));
    while (seconds.length <= second) seconds.push({ answered: 0, lost: 0 });
    seconds[second]![answeredAt === undefined ? 'lost' : 'answered'] += 1;
  }
  return seconds;
}

import sharp from 'sharp';
import type { RunJob, RunResult } from '../results/run-result.js';
import { compareRuns } from '../results/comparison.js';
import { summaryOf } from '../results/summary.js';
import { marksUpTo } from './axes.js';
import { barPanel } from './bar-panel.js';
import { asSvg } from './chart-style.js';
import { asComparisonChart } from './comparison-chart.js';
import { linePanel } from './line-panel.js';
import { asRunChart } from './run-chart.js';

const jobs = Array.from({ length: 30 }, (_, index): RunJob => {
  const queuedAt = new Date(1e12 + index * 100);
  const finishedAt = new Date(queuedAt.getTime() + 300 + index * 50).toISOString();
  const picture = { fileName: 'a', operations: 'resize', bytes: 1, width: 1, height: 1, burst: index % 4 };
  const times = { queuedAt: queuedAt.toISOString(), startedAt: queuedAt.toISOString(), finishedAt };
  return { ...picture, ...times, status: 'completed', jobId: String(index), sentAtMs: index * 100, uploadMs: 5 };
});
const run: RunResult = {
  ...{ version: 1, tool: 'burst-test', startedAt: new Date(1e12).toISOString(), workers: null, cores: 2, command: '' },
  ...{ jobs, peakMemory: {} },
  samples: [0, 500, 1000].map((atMs) => ({ atMs, waiting: atMs / 100, unfinished: 12, workerCores: null })),
};

it.each([0, 1, 3, 5, 7, 12, 49, 50, 51, 999, 0.03, 1e6])('marks a scale up to %d by few round steps', (largest) => {
  const marks = marksUpTo(largest);
  expect(marks[0]).toBe(0);
  expect(marks.at(-1)).toBeGreaterThanOrEqual(largest);
  expect(marks.length).toBeGreaterThanOrEqual(2);
  expect(marks.length).toBeLessThanOrEqual(6);
});

it('puts points where their values are on the scales', () => {
  const panel = linePanel('queue', 's', [
    {
      name: 'waiting',
      points: [
        { x: 0, y: 0 },
        { x: 10, y: 20 },
      ],
    },
  ]);
  const [, fromX, fromY, toX, toY] = /class="line s0" d="M(\S+) (\S+)L(\S+) ([^"]+)"/.exec(panel)!.map(Number);
  expect([fromX, toX]).toEqual([48, 48 + 374]);
  expect([fromY, toY]).toEqual([44 + 166, 44]);
});

it('keeps the peak of a line that has more points than pixels', () => {
  const points = Array.from({ length: 10_000 }, (_, x) => ({ x, y: x === 5_001 ? 100 : 1 }));
  const [, path] = /class="line s0" d="M([^"]+L[^"]+)"/.exec(linePanel('queue', 's', [{ name: 'waiting', points }]))!;
  expect(path!.split('L').length).toBeLessThanOrEqual(400);
  expect(path).toContain(' 44');
});

it('draws bars as high as their values, and none for what is not known', () => {
  const panel = barPanel(
    'throughput',
    ['images/s'],
    [
      { name: '1 worker', values: [10] },
      { name: '2 workers', values: [5] },
      { name: '3 workers', values: [NaN] },
    ],
  );
  const heights = [...panel.matchAll(/<rect [^>]*height="([^"]+)"/g)].map(([, height]) => Number(height));
  expect(heights).toEqual([166, 83]);
});

it('lets no text out of its place', () => {
  const drawn = asSvg('<script>', '"&', [barPanel('a<b', ['</text>'], [{ name: '<x>', values: [1] }])]);
  expect(drawn).not.toMatch(/<script|<x>|a<b|<\/text><\/text>/);
});

it.each([
  ['a run', () => asRunChart(run, summaryOf(run))],
  ['runs compared', () => asComparisonChart(compareRuns([run]), 2)],
  ['nothing', () => asSvg('nothing', '', [linePanel('queue', 's', [])])],
])('draws %s as a picture that programs can read, with finite numbers alone', async (_, draw) => {
  const svg = draw();
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(await sharp(Buffer.from(svg)).metadata()).toMatchObject({ format: 'svg' });
});

import type { RunResult } from '../results/run-result.js';
import { beginningOf, latencyOf, type RunSummary } from '../results/summary.js';
import { shortNumber } from '../report/short-number.js';
import { asSvg } from './chart-style.js';
import { linePanel, type Line } from './line-panel.js';

/** The picture of one run: throughput, queue and utilisation over its time, and how long images took. */
export function asRunChart(run: RunResult, summary: RunSummary): string {
  const workers = run.workers === null ? '' : `, ${run.workers} image worker${run.workers === 1 ? '' : 's'}`;
  const subtitle = `${summary.images} images${workers}, ${run.cores} cores, ${run.startedAt.slice(0, 16).replace('T', ' ')} UTC: ${shortNumber(summary.throughput)} images/s, p95 ${shortNumber(summary.latency.p95)} s, ${summary.failed} failed`;
  const inCores = (cores: number): number => (100 * cores) / run.cores;
  const samples = run.samples.map((sample) => ({ ...sample, x: sample.atMs / 1000 }));
  const waiting = samples.flatMap(({ x, waiting }) => (waiting === null ? [] : { x, y: waiting }));
  const unfinished = samples.map(({ x, unfinished }) => ({ x, y: unfinished }));
  const used = samples.flatMap(({ x, workerCores }) => (workerCores === null ? [] : { x, y: inCores(workerCores) }));
  return asSvg(`${run.tool}: ${summary.images} images`, subtitle, [
    linePanel('Throughput: images/s', 's', [{ name: 'completed in each second', points: completedBySecond(run) }]),
    linePanel('Latency (upload to result), s, by share of the images', '%', latencyLines(run)),
    linePanel('Queue: size over time', 's', [
      { name: 'messages waiting in the queue', points: waiting },
      { name: 'jobs not ended, all together', points: unfinished },
    ]),
    linePanel(`Utilisation of the workers: % of ${run.cores} cores`, 's', [{ name: 'image workers', points: used }]),
  ]);
}

function completedBySecond({ jobs }: RunResult): Line['points'] {
  const beginning = beginningOf(jobs);
  const counts: number[] = [];
  for (const { status, finishedAt } of jobs) {
    if (status !== 'completed' || finishedAt === undefined) continue;
    const second = Math.max(0, Math.floor((Date.parse(finishedAt) - beginning) / 1000));
    counts[second] = (counts[second] ?? 0) + 1;
  }
  return Array.from(counts, (count, second) => ({ x: second + 1, y: count ?? 0 }));
}

/** The whole distribution, of a burst test by bursts: at 95 % stands p95. */
function latencyLines({ jobs, tool }: RunResult): Line[] {
  const lines = new Map<string, number[]>();
  for (const job of jobs) {
    const latency = job.status === 'completed' ? latencyOf(job) : undefined;
    if (latency === undefined) continue;
    const name = tool === 'burst-test' ? burstName(job.burst ?? 0) : 'at 95 % stands p95';
    const latencies = lines.get(name) ?? [];
    lines.set(name, latencies);
    latencies.push(latency);
  }
  return [...lines].map(([name, latencies]) => ({
    name,
    points: latencies
      .toSorted((one, other) => one - other)
      .map((y, index, { length }) => ({ x: (100 * (index + 1)) / length, y })),
  }));
}

/** There are three colours. */
function burstName(burst: number): string {
  return burst < 2 ? `burst ${burst + 1}` : 'burst 3 and later';
}

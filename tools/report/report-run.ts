import { join } from 'node:path';
import { shortNumber } from './short-number.js';
import { asRunChart } from '../charts/run-chart.js';
import { keepRun } from '../results/results-directory.js';
import type { RunResult } from '../results/run-result.js';
import { latencyOf, summaryOf } from '../results/summary.js';
import { percentilesOf } from '../results/statistics.js';
import { summaryRows } from './summary-rows.js';
import { asTable } from './table.js';

/**
 * Prints what a run came to, keeps it, and draws its picture beside.
 *
 * @returns the exit code: 1 where jobs had not ended when the tool gave up
 */
export function reportRun(run: RunResult, results: string): number {
  const summary = summaryOf(run);
  const table = asTable(['measured', 'value', ''], summaryRows(run, summary));
  const bursts = run.tool === 'burst-test' ? `\n${burstTable(run)}\n` : '';
  console.log(`\n${table}\n${bursts}`);
  const directory = keepRun(results, run, {
    'chart.svg': asRunChart(run, summary),
    'table.txt': `${table}\n${bursts}`,
  });
  console.log(`  kept in ${directory}, its picture is ${join(directory, 'chart.svg')}`);
  const unfinished = run.jobs.filter(({ status }) => status === 'unfinished').length;
  if (unfinished === 0) return 0;
  console.error(`${unfinished} jobs had not ended when no other ended for too long: are image workers running?`);
  return 1;
}

function burstTable({ jobs }: RunResult): string {
  const bursts = [...new Set(jobs.map(({ burst = 0 }) => burst))].toSorted((one, other) => one - other);
  const rows = bursts.map((burst) => {
    const own = jobs.filter((job) => (job.burst ?? 0) === burst);
    const latency = percentilesOf(own.flatMap((job) => (job.status === 'completed' ? (latencyOf(job) ?? []) : [])));
    const failed = own.filter(({ status }) => status !== 'completed').length;
    const seconds = [latency.p50, latency.p95, latency.p99, latency.largest].map((value) => `${shortNumber(value)} s`);
    return [`burst ${burst + 1}`, String(own.length), ...seconds, String(failed)];
  });
  return asTable(['', 'images', 'p50', 'p95', 'p99', 'longest', 'failed'], rows);
}

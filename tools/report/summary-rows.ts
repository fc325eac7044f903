import { shortNumber } from './short-number.js';
import type { RunSummary } from '../results/summary.js';
import type { RunResult } from '../results/run-result.js';

/** What was measured, in the words of the README: a name, its value with unit, and what is to be known about it. */
export function summaryRows({ cores }: RunResult, summary: RunSummary): [name: string, value: string, note: string][] {
  const { latency, queue, utilisation } = summary;
  const failures = Object.entries(summary.failures).map(([reason, count]) => `${count} × ${reason}`);
  return [
    [
      'throughput',
      `${shortNumber(summary.throughput)} images/s`,
      `${summary.completed} completed in ${shortNumber(summary.seconds)} s`,
    ],
    ['latency p50', `${shortNumber(latency.p50)} s`, 'upload to result'],
    ['latency p95', `${shortNumber(latency.p95)} s`, ''],
    ['latency p99', `${shortNumber(latency.p99)} s`, `longest ${shortNumber(latency.largest)} s`],
    [
      'queue',
      `${shortNumber(queue.largest)} at most`,
      `${shortNumber(queue.mean)} on average; jobs not ended: ${queue.largestUnfinished} at most`,
    ],
    [
      'utilisation',
      utilisationOf(summary, cores),
      `workers had jobs in hand ${shortNumber(100 * utilisation.busy)} % of the time`,
    ],
    ['failed', `${summary.failed} of ${summary.images}`, failures.join(', ')],
  ];
}

/** In words, also where processes were not seen. */
export function utilisationOf({ utilisation }: RunSummary, cores: number): string {
  if (!Number.isFinite(utilisation.cores)) return `${shortNumber(100 * utilisation.busy)} %`;
  return `${shortNumber((100 * utilisation.cores) / cores)} % of ${cores} cores`;
}

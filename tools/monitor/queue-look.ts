import { shortNumber } from '../report/short-number.js';
import type { ProductMetrics } from '../product/product-client.js';
import { asTable } from '../report/table.js';
import { sparkline } from './live-screen.js';

/** The queues and jobs at one time. */
export interface QueueLook {
  /** Of `performance.now()`. */
  atMs: number;
  metrics: ProductMetrics;
}

/** Messages by queue, jobs by status, and what changed in between. */
export function showQueues(now: QueueLook, before: QueueLook, history: readonly number[]): string {
  const seconds = (now.atMs - before.atMs) / 1000;
  const rate = (current: number, last: number): string => (seconds > 0 ? signed((current - last) / seconds) : '–');
  const queues = Object.entries(now.metrics.queues).map(([key, { name, messages }]) => {
    const last = before.metrics.queues[key]?.messages ?? null;
    const change = messages === null || last === null ? '–' : rate(messages, last);
    return [key, name, messages === null ? 'broker away' : String(messages), change];
  });
  const { total, by_status: byStatus } = now.metrics.jobs;
  const jobs = Object.entries(byStatus).map(([status, count]) => [
    status,
    String(count),
    rate(count, before.metrics.jobs.by_status[status] ?? 0),
  ]);
  const completed = (byStatus.completed ?? 0) - (before.metrics.jobs.by_status.completed ?? 0);
  return [
    now.metrics.timestamp,
    '',
    asTable(['queue', 'name on the broker', 'messages', 'a second'], queues),
    '',
    asTable(
      ['jobs', 'number', 'a second'],
      [...jobs, ['total', String(total), rate(total, before.metrics.jobs.total)]],
    ),
    '',
    `  throughput ${seconds > 0 ? shortNumber(completed / seconds) : '–'} images/s   failed ${byStatus.failed ?? 0}`,
    `  queue size over time  ${sparkline(history)}`,
  ].join('\n');
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
}

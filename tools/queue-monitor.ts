import { asSvg } from './charts/chart-style.js';
import { linePanel } from './charts/line-panel.js';
import { History } from './monitor/history.js';
import { showQueues, type QueueLook } from './monitor/queue-look.js';
import { watch } from './monitor/watch.js';
import { parseOptions } from './options.js';
import { findProduct } from './product/find-product.js';
import { ProductClient } from './product/product-client.js';
import { keepPicture } from './results/keep-picture.js';
import { usualResults } from './results/results-directory.js';
import { runTool } from './run-tool.js';

const usage = `npm run queue-monitor [-- --once]

Shows how much waits in each queue, jobs by status, throughput (images/s) and failed, until Ctrl-C; then it draws the queue's size over time.`;

const options = {
  once: { kind: 'flag', meaning: 'one look' },
  interval: { kind: 'number', meaning: 'seconds between looks', default: 1, least: 0.1, most: 3600, whole: false },
  seconds: { kind: 'number', meaning: 'ends by itself after so long', least: 1, most: 31_536_000 },
  results: { kind: 'text', meaning: 'where pictures are kept', default: usualResults },
} as const;

/** As wide as a terminal is, beside its title. */
const shownLooks = 50;

void runTool(async (args) => {
  const values = parseOptions(usage, options, args);
  if (!values) return 0;
  const { once, interval, seconds, results } = values;
  const client = new ProductClient(findProduct(process.env));
  const history = new History();
  const look = async (): Promise<QueueLook> => {
    const metrics = await client.expectRunning();
    const { queued = 0, processing = 0 } = metrics.jobs.by_status;
    const waiting = metrics.queues.task_queue?.messages ?? NaN;
    history.add(performance.now(), { 'messages waiting in the queue': waiting, 'jobs not ended': queued + processing });
    return { atMs: performance.now(), metrics };
  };
  const show = (now: QueueLook, before: QueueLook): string =>
    showQueues(now, before, history.last('jobs not ended', shownLooks));
  await watch({ look, show, intervalMs: interval * 1000, once, seconds });
  if (once || !history.isWorthAPicture) return 0;
  const lines = ['messages waiting in the queue', 'jobs not ended'].map((name) => history.line(name));
  const picture = asSvg('queue-monitor', new Date().toISOString(), [linePanel('Queue: size over time', 's', lines)]);
  console.log(`\n  kept as ${keepPicture(results, 'queue-monitor', picture)}`);
  return 0;
});

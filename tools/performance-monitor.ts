import { availableParallelism } from 'node:os';
import { asSvg } from './charts/chart-style.js';
import { linePanel } from './charts/line-panel.js';
import { History } from './monitor/history.js';
import { lookAtPerformance, showPerformance, workerShare, type PerformanceLook } from './monitor/performance-look.js';
import { watch } from './monitor/watch.js';
import { parseOptions } from './options.js';
import { findProduct } from './product/find-product.js';
import { ProductClient } from './product/product-client.js';
import { keepPicture } from './results/keep-picture.js';
import { usualResults } from './results/results-directory.js';
import { runTool } from './run-tool.js';

const usage = `npm run performance-monitor [-- --once]

Shows throughput (images/s), latency (upload to result), queue, utilisation of the workers and failed, and what each process takes of
processor and memory, until Ctrl-C; then it draws them over time.`;

const options = {
  once: { kind: 'flag', meaning: 'one look, a second long' },
  interval: { kind: 'number', meaning: 'seconds between looks', default: 1, least: 0.1, most: 3600, whole: false },
  seconds: { kind: 'number', meaning: 'ends by itself after so long', least: 1, most: 31_536_000 },
  results: { kind: 'text', meaning: 'where pictures are kept', default: usualResults },
} as const;

const cores = availableParallelism();

void runTool(async (args) => {
  const values = parseOptions(usage, options, args);
  if (!values) return 0;
  const { once, interval, seconds, results } = values;
  const product = findProduct(process.env);
  const client = new ProductClient(product);
  const history = new History();
  const show = (now: PerformanceLook, before: PerformanceLook): string => {
    const passed = (now.atMs - before.atMs) / 1000;
    const completed = (now.metrics.jobs.by_status.completed ?? 0) - (before.metrics.jobs.by_status.completed ?? 0);
    history.add(now.atMs, {
      'images/s': passed > 0 ? completed / passed : NaN,
      '% of the cores, by image workers': 100 * workerShare(now, before, cores),
    });
    return showPerformance(now, before, cores);
  };
  const look = (): Promise<PerformanceLook> => lookAtPerformance(client, product);
  await watch({ look, show, intervalMs: interval * 1000, once, seconds });
  if (once || !history.isWorthAPicture) return 0;
  const picture = asSvg('performance-monitor', new Date().toISOString(), [
    linePanel('Throughput', 's', [history.line('images/s')]),
    linePanel('Utilisation', 's', [history.line('% of the cores, by image workers')]),
  ]);
  console.log(`\n  kept as ${keepPicture(results, 'performance-monitor', picture)}`);
  return 0;
});

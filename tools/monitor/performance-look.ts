import { shortNumber } from '../report/short-number.js';
import { imageWorkersOf, readProcessFigures, type ProcessFigures } from '../product/process-figures.js';
import type { Product } from '../product/find-product.js';
import type { ProductClient, ProductMetrics } from '../product/product-client.js';
import { asTable } from '../report/table.js';
import { countOf, quantileOf, readHistogram, sinceThen, type Histogram } from './histogram.js';

/** From the acceptance of an upload to its result, by the API; see apps/api/src/processing/processing.metrics.ts. */
const latencyMetric = 'ekphrasis_processing_latency_seconds';

/** The product at one time. */
export interface PerformanceLook {
  /** Of `performance.now()`. */
  atMs: number;
  metrics: ProductMetrics;
  /** Since the API's start; undefined where it has none. */
  latency: Histogram | undefined;
  processes: ProcessFigures[];
}

export async function lookAtPerformance(client: ProductClient, product: Product): Promise<PerformanceLook> {
  const metrics = await client.expectRunning();
  const latency = readHistogram(await client.prometheusMetrics(), latencyMetric);
  return { atMs: performance.now(), metrics, latency, processes: readProcessFigures(product.processes) };
}

/** Throughput since the look before, latency, queue, utilisation and failed; then each process with its memory. */
export function showPerformance(now: PerformanceLook, before: PerformanceLook, cores: number): string {
  const { completed = 0, failed = 0, queued = 0, processing = 0 } = now.metrics.jobs.by_status;
  const seconds = (now.atMs - before.atMs) / 1000;
  const ended = completed - (before.metrics.jobs.by_status.completed ?? 0);
  const waiting = now.metrics.queues.task_queue?.messages ?? null;
  const rows = [
    ['throughput', seconds > 0 ? `${shortNumber(ended / seconds)} images/s` : '–', `${completed} completed so far`],
    ...latencyRows(now, before),
    ['queue', waiting === null ? 'broker away' : `${waiting} waiting`, `${queued} queued, ${processing} processing`],
    ['utilisation', `${shortNumber(100 * workerShare(now, before, cores))} %`, `of ${cores} cores by image workers`],
    ['failed', String(failed), 'jobs so far'],
  ];
  return [now.metrics.timestamp, '', asTable(['measured', 'value', ''], rows), '', processTable(now, before)].join(
    '\n',
  );
}

/** Of what ended in between, or of all where nothing did. */
function latencyRows(now: PerformanceLook, before: PerformanceLook): string[][] {
  if (!now.latency) return [['latency', '–', `upload to result: the API does not tell ${latencyMetric}`]];
  const recent = sinceThen(now.latency, before.latency);
  const [histogram, note] = countOf(recent) > 0 ? [recent, 'just now'] : [now.latency, 'since the start of the API'];
  const value = (share: number): string => `${shortNumber(quantileOf(histogram, share))} s`;
  return [
    ['latency p50', value(0.5), `upload to result, ${note}`],
    ['latency p95', value(0.95), `of ${countOf(histogram)} images`],
    ['latency p99', value(0.99), ''],
  ];
}

/** Share of the machine's cores that the image workers used in between, 0 to 1; NaN where that is not seen. */
export function workerShare(now: PerformanceLook, before: PerformanceLook, cores: number): number {
  const workers = imageWorkersOf(now.processes);
  if (workers.length === 0) return NaN;
  return workers.reduce((sum, worker) => sum + coresOf(worker, now, before), 0) / cores;
}

function coresOf({ pid, processorSeconds }: ProcessFigures, now: PerformanceLook, before: PerformanceLook): number {
  const last = before.processes.find((figures) => figures.pid === pid);
  const seconds = (now.atMs - before.atMs) / 1000;
  return last && seconds > 0 ? Math.max(0, processorSeconds - last.processorSeconds) / seconds : NaN;
}

function processTable(now: PerformanceLook, before: PerformanceLook): string {
  if (now.processes.length === 0) return '  Processes are seen where `npm start` runs on this machine, and on Linux.';
  const mebibytes = (bytes: number): string => String(Math.round(bytes / 2 ** 20));
  const rows = now.processes.map((figures) => [
    figures.name,
    String(figures.pid),
    `${shortNumber(100 * coresOf(figures, now, before))} %`,
    mebibytes(figures.memoryBytes),
    mebibytes(figures.childrenMemoryBytes),
  ]);
  const total = now.processes.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  const titles = ['process', 'pid', 'of a core', 'memory, MiB', 'of that in its own processes'];
  return asTable(titles, [...rows, ['all', '', '', mebibytes(total), '']]);
}

import type { ComparedRuns } from '../results/comparison.js';
import { barPanel } from './bar-panel.js';
import { asSvg } from './chart-style.js';

/** What more workers bring: a group of bars for each number of them. */
export function asComparisonChart(compared: readonly ComparedRuns[], cores: number): string {
  const groups = (valuesOf: (runs: ComparedRuns) => number[]) =>
    compared.map((runs) => ({ name: nameOf(runs, compared), values: valuesOf(runs) }));
  const images = compared.reduce((sum, runs) => sum + runs.images, 0);
  return asSvg('What more image workers bring', `${images} images in all, on ${cores} cores that everything shares`, [
    barPanel(
      'Throughput',
      ['images/s'],
      groups(({ throughput }) => [throughput]),
    ),
    barPanel(
      'Latency (upload to result), s',
      ['p50', 'p95', 'p99'],
      groups(({ latency }) => [latency.p50, latency.p95, latency.p99]),
    ),
    barPanel(
      'Queue',
      ['messages at most'],
      groups(({ largestQueue }) => [largestQueue]),
    ),
    barPanel(
      'Utilisation of the workers',
      [`% of ${cores} cores`],
      groups(({ utilisation }) => [100 * utilisation]),
    ),
  ]);
}

/** The tool is named where there are two. */
function nameOf({ tool, workers }: ComparedRuns, all: readonly ComparedRuns[]): string {
  const count = workers === null ? 'workers unknown' : `${workers} worker${workers === 1 ? '' : 's'}`;
  const isMixed = all.some((runs) => runs.tool !== tool);
  return isMixed ? `${count} (${tool === 'bulk-upload' ? 'bulk' : 'burst'})` : count;
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shortNumber } from './report/short-number.js';
import { asComparisonChart } from './charts/comparison-chart.js';
import { parseOptions } from './options.js';
import { summaryRows } from './report/summary-rows.js';
import { asMarkdownTable, asTable } from './report/table.js';
import { compareRuns, type ComparedRuns } from './results/comparison.js';
import { readRuns, usualResults } from './results/results-directory.js';
import { summaryOf } from './results/summary.js';
import { runTool } from './run-tool.js';
import { ToolError } from './tool-error.js';

const usage = `npm run analyze-results

Compares the runs that bulk-upload and burst-test have kept, by the number of workers: throughput (images/s), latency (upload to result),
queue, utilisation of the workers, failed. It prints a table, and draws analysis.svg beside the results.`;

const options = {
  results: { kind: 'text', meaning: 'where runs are kept', default: usualResults },
  chart: { kind: 'text', meaning: 'the picture; analysis.svg beside the results by default' },
  markdown: { kind: 'flag', meaning: 'prints the table for a document' },
} as const;

const titles = ['runs', 'images', 'throughput', 'p50', 'p95', 'p99', 'queue', 'utilisation', 'failed'];

void runTool(async (args) => {
  const values = parseOptions(usage, options, args);
  if (!values) return 0;
  const { results, chart = join(results, 'analysis.svg'), markdown } = values;
  const runs = readRuns(results);
  const newest = runs.at(-1);
  if (!newest) {
    throw new ToolError(
      'no-results',
      `No results in ${results}: npm run bulk-upload -- --count 100 --concurrency 8 makes some`,
    );
  }
  const compared = compareRuns(runs);
  const table = (markdown ? asMarkdownTable : asTable)(titles, compared.map(rowOf));
  console.log(`Throughput in images/s (median of the runs), latency from upload to result in seconds\n\n${table}\n`);
  if (!markdown) {
    console.log(`The newest run, of ${newest.startedAt}: ${newest.command}\n`);
    console.log(`${asTable(['measured', 'value', ''], summaryRows(newest, summaryOf(newest)))}\n`);
  }
  mkdirSync(dirname(chart), { recursive: true });
  writeFileSync(chart, asComparisonChart(compared, newest.cores));
  console.log(`  its picture is ${chart}`);
  return 0;
});

function rowOf({ tool, workers, runs, images, throughput, latency, ...rest }: ComparedRuns): string[] {
  return [
    `${runs} × ${tool}, ${workers ?? 'unknown'} workers`,
    String(images),
    shortNumber(throughput),
    ...[latency.p50, latency.p95, latency.p99].map(shortNumber),
    String(rest.largestQueue),
    Number.isFinite(rest.utilisation) ? `${shortNumber(100 * rest.utilisation)} %` : '–',
    String(rest.failed),
  ];
}

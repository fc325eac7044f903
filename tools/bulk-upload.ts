import { loadOptions } from './load/load-options.js';
import { planUploads } from './load/plan-uploads.js';
import { runLoad } from './load/run-load.js';
import { parseOptions } from './options.js';
import { findProduct } from './product/find-product.js';
import { ProductClient } from './product/product-client.js';
import { reportRun } from './report/report-run.js';
import { runTool } from './run-tool.js';

const usage = `npm run bulk-upload -- --count 100 --concurrency 8 [--workers <n>]

Uploads pictures of many sizes and formats, waits for the result of each, and says what was measured: throughput (images/s),
latency (upload to result), queue, utilisation of the workers, failed.`;

const options = {
  count: { kind: 'number', meaning: 'pictures', default: 100, least: 1, most: 100_000 },
  concurrency: { kind: 'number', meaning: 'uploads at the same time', default: 8, least: 1, most: 1_000 },
  damaged: { kind: 'number', meaning: 'so many of them are damaged, and fail', default: 0, least: 0, most: 100_000 },
  ...loadOptions,
} as const;

void runTool(async (args) => {
  const values = parseOptions(usage, options, args);
  if (!values) return 0;
  const { count, concurrency, workers, operations, damaged, patience, results } = values;
  const product = findProduct(process.env);
  await new ProductClient(product).expectRunning();
  console.log(`Uploading ${count} pictures to ${product.apiUrl}, ${concurrency} at the same time`);
  const [uploads = []] = await planUploads([{ count, operations, damaged: Math.min(count, damaged) }]);
  const waves = [{ atMs: 0, uploads, concurrency }];
  const run = await runLoad(product, { tool: 'bulk-upload', workers, waves, patienceMs: patience * 1000 });
  return reportRun(run, results);
});

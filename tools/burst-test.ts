import { loadOptions } from './load/load-options.js';
import { planUploads } from './load/plan-uploads.js';
import { runLoad } from './load/run-load.js';
import { parseOptions } from './options.js';
import { findProduct } from './product/find-product.js';
import { ProductClient } from './product/product-client.js';
import { reportRun } from './report/report-run.js';
import { runTool } from './run-tool.js';

const usage = `npm run burst-test -- --burst-size 50 [--burst-count 3] --interval 5

Uploads bursts of pictures, each all at once, whether the one before has been processed or not, and says how the product takes
that: throughput (images/s), latency (upload to result) of each burst, queue, utilisation of the workers, failed.`;

/** Connections of one burst; with more the tool would measure itself. */
const mostTogether = 200;

const options = {
  'burst-size': { kind: 'number', meaning: 'pictures in each burst', default: 50, least: 1, most: 10_000 },
  'burst-count': { kind: 'number', meaning: 'bursts', default: 3, least: 1, most: 1_000 },
  interval: {
    kind: 'number',
    meaning: 'seconds from one burst to the next',
    default: 5,
    least: 0,
    most: 86_400,
    whole: false,
  },
  ...loadOptions,
} as const;

void runTool(async (args) => {
  const values = parseOptions(usage, options, args);
  if (!values) return 0;
  const { 'burst-size': size, 'burst-count': bursts, interval, workers, operations, patience, results } = values;
  const product = findProduct(process.env);
  await new ProductClient(product).expectRunning();
  console.log(`Uploading ${bursts} bursts of ${size} pictures to ${product.apiUrl}, one every ${interval} s`);
  const planned = await planUploads(Array.from({ length: bursts }, (_, burst) => ({ count: size, operations, burst })));
  const concurrency = Math.min(size, mostTogether);
  const waves = planned.map((uploads, burst) => ({ atMs: burst * interval * 1000, uploads, concurrency }));
  // nothing ends between two bursts that are far from each other
  const patienceMs = (patience + interval) * 1000;
  return reportRun(await runLoad(product, { tool: 'burst-test', workers, waves, patienceMs }), results);
});

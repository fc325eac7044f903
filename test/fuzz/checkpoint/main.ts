/**
 * `npm run fuzz:checkpoint [-- --files 100000 --seed 1 --only <step>]`: wrong files of weights, made from right ones, against their readers.
 * Ends with 1 where one of them crashes it, costs more than a second or 100 MB beyond its size, or is refused in no line.
 */
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { endWhenOutputCloses } from '../../../scripts/setup/closed-output.cjs';
import { fuzzFiles, type FuzzResult, type FuzzSteps } from './fuzz-thread.js';

const longestStepMs = 20_000;

interface ThreadData {
  steps: FuzzSteps;
  /** The step under way. */
  current: Int32Array;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      files: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
    },
  });
  const count = values.only === undefined ? Number(values.files) : 1;
  const steps = { repository: process.cwd(), seed: Number(values.seed), first: Number(values.only ?? 0), count };
  const current = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(__filename, { workerData: { steps, current } satisfies ThreadData });
  const watch = watchSteps(current, (step) => {
    console.log(`✗ step ${step} hangs: npm run fuzz:checkpoint -- --seed ${steps.seed} --only ${step}`);
    process.exit(1);
  });
  const result = await new Promise<FuzzResult>((resolve, reject) => worker.on('message', resolve).on('error', reject));
  clearInterval(watch);
  console.log(asText(result, steps));
  process.exitCode = result.findings.length === 0 ? 0 : 1;
}

function watchSteps(current: Int32Array, onHang: (step: number) => void): NodeJS.Timeout {
  let [seen, since] = [-1, performance.now()];
  return setInterval(() => {
    const step = Atomics.load(current, 0);
    if (step !== seen) [seen, since] = [step, performance.now()];
    else if (performance.now() - since > longestStepMs) onHang(step);
  }, 1000);
}

function asText({ counts, findings, slowestMs, peakBytes }: FuzzResult, { seed }: FuzzSteps): string {
  const files = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    ...Object.entries(counts)
      .sort()
      .map(([what, count]) => `${String(count).padStart(7)}  ${what}`),
    `seed ${seed}, ${files} files; slowest ${Math.round(slowestMs)} ms; at most ${(peakBytes / 1e6).toFixed(0)} MB beyond a file's size`,
    ...findings.map((finding) => `✗ ${finding}`),
    findings.length === 0 ? 'no finding' : `${findings.length} findings`,
  ].join('\n');
}

if (isMainThread) {
  endWhenOutputCloses();
  void main();
} else {
  const { steps, current } = workerData as ThreadData;
  void fuzzFiles(steps, (step) => Atomics.store(current, 0, step)).then((result) => parentPort!.postMessage(result));
}

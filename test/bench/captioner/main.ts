/*
 * npm run bench:captioner -- --bundle <bundle> [--json]
 *
 * How fast a bundle captions, beside the same model run naively. Every stage runs in a process of its own, so that its
 * peak memory is its own. Speed does not depend on the weights' values: what needs weights that the bundle does not hold
 * (the naive model's float32 ones) gets random ones of the same sizes.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { endWhenOutputCloses } from '../../../scripts/setup/closed-output.cjs';
import { describeProcessor } from './processor.js';
import { makeReport, printReport, type Report } from './report.js';
import { stages, type StageName, type StageRequest } from './stages.js';

async function main(): Promise<void> {
  endWhenOutputCloses();
  const { values } = parseArgs({ options: { bundle: { type: 'string' }, json: { type: 'boolean' } } });
  if (!values.bundle) throw new Error('Expected --bundle <directory>');
  const measured: Partial<Record<StageName, unknown>> = {};
  for (const stage of Object.keys(stages) as StageName[]) {
    if (!values.json) process.stderr.write(`measuring: ${stage}\n`);
    measured[stage] = await runInChild({ stage, bundle: values.bundle, cores: availableParallelism() });
  }
  const report = makeReport(values.bundle, await describeProcessor(), measured as Report['stages']);
  if (values.json) console.log(JSON.stringify(report));
  else printReport(report);
}

function runInChild(request: StageRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(__filename, ['--stage'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let result: unknown;
    child.on('message', (message) => (result = message));
    child.on('exit', (code) =>
      code === 0 ? resolve(result) : reject(new Error(`the stage ${request.stage} ended with ${code}`)),
    );
    child.send(request);
  });
}

async function answerStage(request: StageRequest): Promise<void> {
  const result = await stages[request.stage](request);
  const peakMemoryMegabytes = process.resourceUsage().maxRSS / 1024;
  process.send!({ ...result, peakMemoryMegabytes }, () => process.disconnect());
}

if (process.argv.includes('--stage')) process.once('message', (request: StageRequest) => void answerStage(request));
else void main();

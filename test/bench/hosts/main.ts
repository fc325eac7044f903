import { parseArgs } from 'node:util';
import { runSuite } from '../../support/suite-command.js';
import { Trial } from './trial.js';
import { trials, type Finding } from './trials.js';

/** @throws TypeError for an option there is none of, Error for a trial */
function readOptions(args: string[]): { chosen: string[]; jobs: number | undefined } {
  const { values } = parseArgs({ args, options: { only: { type: 'string' }, jobs: { type: 'string' } } });
  const chosen = values.only?.split(',') ?? Object.keys(trials);
  const unknown = chosen.filter((name) => !(name in trials));
  if (unknown.length > 0) {
    throw new Error(`Expected ${Object.keys(trials).join(', ')} for --only but received ${unknown.join(', ')}`);
  }
  const jobs = values.jobs === undefined ? undefined : Number(values.jobs);
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs > 0)) {
    throw new Error(`Expected a number of jobs for --jobs but received ${values.jobs}`);
  }
  return { chosen, jobs };
}

async function runTrial(name: string, jobs: number | undefined): Promise<Finding> {
  const { run, jobs: usual } = trials[name]!;
  const trial = await Trial.begin(name);
  try {
    return await run(trial, jobs ?? usual);
  } finally {
    await trial.end();
  }
}

/** Each trial has a product of its own, with one worker. */
async function bench(args: string[]): Promise<number> {
  const { chosen, jobs } = readOptions(args);
  let missed = 0;
  for (const name of chosen) {
    const finding = await runTrial(name, jobs);
    console.log(`${finding.missed ? '✗' : '✓'} ${name}: ${finding.said}`);
    missed += Number(finding.missed);
  }
  return missed === 0 ? 0 : 1;
}

void runSuite(bench);

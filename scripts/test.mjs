// @ts-check
/**
 * `npm test`: sets up what this machine lacks, builds, and runs every test. Further arguments go to jest, e.g.
 * `npm test -- --selectProjects medium -t outbox`. The last line says `N passed, N failed`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildApplications } from './setup/build-applications.mjs';
import { startInForeground } from './setup/foreground.mjs';
import { prepareMachine } from './setup/prepare-machine.mjs';
import projectDirectory from './setup/project-directory.cjs';
import { provideServices } from './setup/provide-services.mjs';
import { claimTemporaryDirectory } from './setup/claim-directory.mjs';
import { runScript } from './setup/shutdown.mjs';

const allProjects = ['unit', 'medium', 'e2e'];
const jest = join(projectDirectory.projectDirectory, 'node_modules/jest/bin/jest.js');

/**
 * Takes `--selectProjects` with its names out of the arguments for jest. What follows them is jest's: options, and patterns of paths.
 *
 * @param {string[]} args
 * @returns {{ projects: string[], others: string[] }}
 */
function splitArguments(args) {
  const option = args.findIndex((argument) => argument.startsWith('--selectProjects'));
  if (option < 0) return { projects: allProjects, others: args };
  const inline = args[option].split('=')[1];
  if (inline) return { projects: [inline], others: args.toSpliced(option, 1) };
  const next = args.findIndex((argument, index) => index > option && !allProjects.includes(argument));
  const end = next < 0 ? args.length : next;
  return { projects: args.slice(option + 1, end), others: args.toSpliced(option, end - option) };
}

/**
 * Whether these projects need a broker and a database of ours. The end-to-end tests of a product that runs elsewhere
 * (EKPHRASIS_URL) do not.
 *
 * @param {string[]} projects
 */
function needServices(projects) {
  return projects.includes('medium') || (projects.includes('e2e') && !process.env.EKPHRASIS_URL);
}

/** How long jest may take to end after it has written its results. What keeps it alive longer is a leak. */
const endWithinMs = 20_000;

/**
 * Ends jest, and says so, when it does not end by itself after its last test.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} resultFile
 */
async function endWhereItLingers(child, resultFile) {
  while (!existsSync(resultFile) && child.exitCode === null) await delay(500);
  await delay(endWithinMs, undefined, { ref: false });
  if (child.exitCode !== null) return;
  console.error(`jest did not end within ${endWithinMs / 1000} s of its last test: a test has left something open`);
  child.kill('SIGKILL');
}

/**
 * @param {string[]} args
 * @param {string} resultFile
 * @param {Record<string, string>} environment
 * @returns {Promise<number>} its exit code
 */
async function runJest(args, resultFile, environment) {
  const jestArguments = [jest, '--json', `--outputFile=${resultFile}`, ...args];
  const env = { ...process.env, ...environment };
  const { child, exited } = startInForeground(process.execPath, jestArguments, { env });
  void endWhereItLingers(child, resultFile);
  return exited;
}

/**
 * How many files run side by side. Most wait for a broker or a process rather than for the processor, which jest's own number,
 * one less than there are processors, does not know.
 */
const filesAtOnce = process.env.EKPHRASIS_URL ? 1 : Math.max(3, availableParallelism()); // a product that all files share is counted by some

/**
 * Runs each project in a jest of its own, one after the other: what a test does to a native library (libs/blip forbids sharp to
 * read most formats) holds for its whole process.
 *
 * @param {string[]} args
 * @param {string} directory
 * @param {Record<string, string>} environment
 * @returns {Promise<number>} exit code
 */
async function runProjects(args, directory, environment) {
  const { projects, others } = splitArguments(args);
  const count = { passed: 0, failed: 0, skipped: 0 };
  let exitCode = 0;
  for (const project of projects) {
    const resultFile = join(directory, `${project}.json`);
    const jestArguments = [`--maxWorkers=${filesAtOnce}`, ...others, '--passWithNoTests', '--selectProjects', project];
    exitCode = Math.max(exitCode, await runJest(jestArguments, resultFile, environment));
    if (!existsSync(resultFile)) {
      count.failed += 1; // jest has said why
      continue;
    }
    const result = JSON.parse(readFileSync(resultFile, 'utf8'));
    count.passed += result.numPassedTests;
    count.failed += result.numFailedTests + result.numRuntimeErrorTestSuites; // a file that could not be run counts as one
    count.skipped += result.numPendingTests;
  }
  if (count.skipped > 0) console.log(`${count.skipped} skipped`);
  console.log(`${count.passed} passed, ${count.failed} failed`);
  return exitCode;
}

async function main() {
  const args = process.argv.slice(2);
  await prepareMachine();
  const directory = claimTemporaryDirectory('test');
  /** @type {Record<string, string>} */
  const environment = {};
  const { projects } = splitArguments(args);
  if (needServices(projects)) {
    const services = await provideServices(directory);
    environment.RABBITMQ_URL = services.rabbitmqUrl;
    environment.DATABASE_URL = services.databaseUrl;
    if (services.managementUrl) environment.RABBITMQ_MANAGEMENT_URL = services.managementUrl;
    if (projects.includes('e2e')) await buildApplications();
  }
  return runProjects(args, directory.path, environment);
}

await runScript(main);

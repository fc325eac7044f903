// @ts-check
/**
 * `npm start`: sets up what this machine lacks, starts the API and two workers, captions the sample pictures, and stays.
 * `npm start -- --once` ends after the samples; it fails where one has no caption.
 */
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { captionSamples } from './samples/caption-samples.mjs';
import { printTable } from './samples/print-table.mjs';
import applications from './setup/applications.cjs';
import { buildApplications } from './setup/build-applications.mjs';
import { chooseApiPort } from './setup/choose-api-port.mjs';
import { prepareMachine } from './setup/prepare-machine.mjs';
import { showStep } from './setup/progress.mjs';
import projectDirectory from './setup/project-directory.cjs';
import { provideServices } from './setup/provide-services.mjs';
import { claimLastingDirectory } from './setup/claim-directory.mjs';
import { chooseResultsDirectory } from './setup/results-directory.mjs';
import { exitAfterSignalWith, isShuttingDown, onShutdown, runScript, shutDown } from './setup/shutdown.mjs';

const workerCount = 2;
const once = process.argv.includes('--once');

/** @param {Record<string, string>} environment */
async function startApplications(environment) {
  const port = await chooseApiPort();
  for (const name of ['api', ...workerNames()])
    rmSync(join(projectDirectory.logDirectory, `${name}.log`), { force: true });
  const start = () =>
    Promise.all([
      applications.startApi({ environment, port }),
      ...workerNames().map((name) => applications.startCaptionWorker({ environment, name })),
    ]);
  const running = await showStep(`Starting the API and ${workerCount} workers`, start);
  onShutdown(() => Promise.all(running.map((application) => application.stop())));
  for (const application of running) void reportUnexpectedEnd(application);
  return running[0].url;
}

/**
 * Somebody may kill a worker to see what happens (nothing is lost); without the API there is nothing left to see.
 *
 * @param {import('./setup/applications.cjs').RunningApplication} application
 */
async function reportUnexpectedEnd(application) {
  await application.exited;
  if (isShuttingDown()) return;
  console.error(`\n${application.name} has ended. The last lines of its log:\n${application.logTail()}`);
  if (application.name === 'api') await shutDown(1);
}

function workerNames() {
  return Array.from({ length: workerCount }, (_, index) => `caption-worker-${index + 1}`);
}

/**
 * @param {string} apiUrl
 * @param {string | undefined} managementUrl
 */
function printAddresses(apiUrl, managementUrl) {
  const address = apiUrl.replace('127.0.0.1', 'localhost');
  console.log(`  page      ${address}/`);
  console.log(`  API docs  ${address}/docs`);
  if (managementUrl) console.log(`  RabbitMQ  ${managementUrl}/  (guest, guest)`);
  console.log(`  logs      ${projectDirectory.logDirectory}`);
}

async function main() {
  await prepareMachine();
  const directory = claimLastingDirectory('start');
  const services = await provideServices(directory);
  await buildApplications();
  const apiUrl = await startApplications({
    RABBITMQ_URL: services.rabbitmqUrl,
    DATABASE_URL: services.databaseUrl,
    DATA_DIR: await chooseResultsDirectory(directory.path, services.databaseUrl),
    // Each worker would otherwise take every core, and they would get into each other's way.
    CAPTION_THREADS:
      process.env.CAPTION_THREADS || String(Math.max(1, Math.floor(availableParallelism() / workerCount))),
  });
  const samples = join(projectDirectory.projectDirectory, 'samples');
  const results = await showStep('Captioning the pictures in samples/', () => captionSamples(apiUrl, samples));
  printTable(results);
  printAddresses(apiUrl, services.managementUrl);
  if (once) return results.length > 0 && results.every(({ caption }) => caption) ? 0 : 1;
  console.log('\nReady. Ctrl-C stops everything.');
  exitAfterSignalWith(0);
  return new Promise(() => undefined); // a signal ends it
}

await runScript(main);

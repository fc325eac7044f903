// @ts-check
/**
 * `npm start`: sets up what this machine lacks, starts the API and two workers, captions the sample pictures and those that are
 * named, and stays. `npm start -- --once` ends after the captions; it fails where a picture has none. With `--model` (or MODEL)
 * it fetches a model first, and ends with the exit code of `npm run model -- pull` where that fails.
 */
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { captionPictures, picturesOf } from './pictures/caption-pictures.mjs';
import { printTable } from './pictures/print-table.mjs';
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
import { writeEnvironmentFile } from './start/environment-file.mjs';
import { provideOperatorToken } from './start/operator-token.mjs';
import { parseOptions, usage, UsageError } from './start/options.mjs';
import { provideModel } from './start/provide-model.mjs';

const workerCount = 2;
/** A bundle of gigabytes takes its time to be loaded. */
const workerReadyMs = 300_000;

/** @param {Record<string, string>} environment */
async function startApplications(environment) {
  const port = await chooseApiPort();
  for (const name of ['api', ...workerNames()])
    rmSync(join(projectDirectory.logDirectory, `${name}.log`), { force: true });
  const start = () =>
    Promise.all([
      applications.startApi({ environment, port }),
      ...workerNames().map((name) =>
        applications.startCaptionWorker({ environment, name, readyWithinMs: workerReadyMs }),
      ),
    ]);
  const running = await showStep(`Starting the API and ${workerCount} workers`, start);
  onShutdown(() => Promise.all(running.map((application) => application.stop())));
  for (const application of running) void reportUnexpectedEnd(application);
  return running;
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
 * @param {string} token
 * @param {string} environmentFile
 */
function printAddresses(apiUrl, managementUrl, token, environmentFile) {
  const address = apiUrl.replace('127.0.0.1', 'localhost');
  console.log(`  page      ${address}/`);
  console.log(`  API docs  ${address}/docs`);
  if (managementUrl) console.log(`  RabbitMQ  ${managementUrl}/  (guest, guest)`);
  console.log(`  logs      ${projectDirectory.logDirectory}`);
  console.log(`  operator  Authorization: Bearer ${token}`);
  console.log(`  all of it ${environmentFile}`);
}

/**
 * @param {string} apiUrl
 * @param {string[]} named
 */
async function captionAll(apiUrl, named) {
  const samples = picturesOf(join(projectDirectory.projectDirectory, 'samples'));
  const beside = named.length === 0 ? '' : ` and ${named.length} more`;
  const start = performance.now();
  const results = await showStep(`Captioning the pictures in samples/${beside}`, () =>
    captionPictures(apiUrl, [...samples, ...named]),
  );
  printTable(results, performance.now() - start);
  return results;
}

/** @returns {Promise<number>} */
async function main() {
  const { once, help, environment: model, pictures } = parseOptions(process.argv.slice(2));
  if (help) {
    console.log(usage);
    return 0;
  }
  await prepareMachine();
  Object.assign(process.env, model);
  const exitCode = await provideModel();
  if (exitCode !== 0) return exitCode;
  const directory = claimLastingDirectory('start');
  const services = await provideServices(directory);
  await buildApplications();
  const environment = {
    RABBITMQ_URL: services.rabbitmqUrl,
    DATABASE_URL: services.databaseUrl,
    DATA_DIR: await chooseResultsDirectory(directory.path, services.databaseUrl),
    ADMIN_TOKEN: provideOperatorToken(directory.path),
    ADMIN_PORT: process.env.ADMIN_PORT ?? '',
    // Each worker would otherwise take every core, and they would get into each other's way.
    CAPTION_THREADS:
      process.env.CAPTION_THREADS || String(Math.max(1, Math.floor(availableParallelism() / workerCount))),
  };
  const running = await startApplications(environment);
  const apiUrl = running[0].url;
  const environmentFile = writeEnvironmentFile(directory.path, {
    api_url: apiUrl,
    admin_url: running[0].adminUrl,
    rabbitmq_url: services.rabbitmqUrl,
    database_url: services.databaseUrl,
    admin_token: environment.ADMIN_TOKEN,
    data_dir: resolve(environment.DATA_DIR),
    processes: running.map(({ name, pid }) => ({ name, pid })),
    broker_pid: services.brokerPid ?? null,
  });
  const results = await captionAll(apiUrl, pictures);
  printAddresses(apiUrl, services.managementUrl, environment.ADMIN_TOKEN, environmentFile);
  if (once) return results.length > 0 && results.every(({ caption }) => caption !== undefined) ? 0 : 1;
  console.log('\nReady. Ctrl-C stops everything.');
  exitAfterSignalWith(0);
  return new Promise(() => undefined); // a signal ends it
}

await runScript(() =>
  main().catch((error) => {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }),
);

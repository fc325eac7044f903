// @ts-check
/**
 * `npm start`: sets up what this machine lacks, starts the product, captions the sample pictures and those that are
 * named, and stays. `npm start -- --once` ends after the captions; it fails where a picture has none. With `--model` (or MODEL)
 * it fetches a model first, and ends with the exit code of `npm run model -- pull` where that fails.
 */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { captionPictures, picturesOf } from './pictures/caption-pictures.mjs';
import { printTable } from './pictures/print-table.mjs';
import { buildApplications } from './setup/build-applications.mjs';
import { choosePorts, portAddresses, portVariables } from './setup/choose-ports.mjs';
import { claimLastingDirectory } from './setup/claim-directory.mjs';
import { prepareMachine } from './setup/prepare-machine.mjs';
import { showStep } from './setup/progress.mjs';
import projectDirectory from './setup/project-directory.cjs';
import { provideServices } from './setup/provide-services.mjs';
import { chooseResultsDirectory } from './setup/results-directory.mjs';
import { exitAfterSignalWith, runScript } from './setup/shutdown.mjs';
import { writeEnvironmentFile } from './start/environment-file.mjs';
import { provideSecret } from './start/kept-secret.mjs';
import { parseOptions, usage, UsageError } from './start/options.mjs';
import { provideModel } from './start/provide-model.mjs';
import { startApplications } from './start/start-applications.mjs';

/**
 * @param {Map<import('./setup/application-list.cjs').ApplicationPort, number>} ports
 * @param {string | undefined} managementUrl
 * @param {string} token
 * @param {string} environmentFile
 */
function printAddresses(ports, managementUrl, token, environmentFile) {
  for (const [{ what, scheme }, port] of ports) {
    console.log(`  ${what.padEnd(9)} ${scheme}localhost:${port}${scheme ? '/' : ''}`);
    if (what === 'page') console.log(`  API docs  ${scheme}localhost:${port}/docs`);
    if (what === 'tasks') console.log(`  gRPC docs ${scheme}localhost:${port}/docs`);
  }
  if (managementUrl) console.log(`  RabbitMQ  ${managementUrl}/  (guest, guest)`);
  console.log(`  logs      ${projectDirectory.logDirectory}`);
  console.log(`  operator  Authorization: Bearer ${token}`);
  console.log(`  all of it ${environmentFile}`);
}

/**
 * @param {import('./pictures/caption-pictures.mjs').Api} api
 * @param {string[]} named
 */
async function captionAll(api, named) {
  const samples = picturesOf(join(projectDirectory.projectDirectory, 'samples'));
  const beside = named.length === 0 ? '' : ` and ${named.length} more`;
  const start = performance.now();
  const results = await showStep(`Captioning the pictures in samples/${beside}`, () =>
    captionPictures(api, [...samples, ...named]),
  );
  printTable(results, performance.now() - start);
  return results;
}

/** @returns {Promise<number>} */
async function main() {
  const { once, help, environment: model, pictures, counts } = parseOptions(process.argv.slice(2));
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
  const ports = await choosePorts([...counts.keys()]);
  const environment = {
    RABBITMQ_URL: services.rabbitmqUrl,
    DATABASE_URL: services.databaseUrl,
    DATA_DIR: await chooseResultsDirectory(directory.path, services.databaseUrl),
    ADMIN_TOKEN: provideSecret(directory.path, 'ADMIN_TOKEN'),
    JWT_SECRET: provideSecret(directory.path, 'JWT_SECRET'),
    ADMIN_PORT: process.env.ADMIN_PORT ?? '',
    GALLERY: process.env.GALLERY || 'on',
    // Each worker would otherwise take every core, and they would get into each other's way.
    CAPTION_THREADS:
      process.env.CAPTION_THREADS ||
      String(Math.max(1, Math.floor(availableParallelism() / (counts.get('caption-worker') || 1)))),
    ...portVariables(ports),
  };
  const running = await startApplications(counts, environment);
  const api = running.find(({ name }) => name === 'api');
  const environmentFile = writeEnvironmentFile(directory.path, {
    ...portAddresses(ports),
    ...(api && { admin_url: api.adminUrl }),
    rabbitmq_url: services.rabbitmqUrl,
    database_url: services.databaseUrl,
    admin_token: environment.ADMIN_TOKEN,
    data_dir: resolve(environment.DATA_DIR),
    processes: running.map(({ name, pid }) => ({ name, pid })),
    broker_pid: services.brokerPid ?? null,
  });
  const results =
    api && counts.get('caption-worker')
      ? await captionAll({ url: api.url, token: environment.ADMIN_TOKEN }, pictures)
      : [];
  printAddresses(ports, services.managementUrl, environment.ADMIN_TOKEN, environmentFile);
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

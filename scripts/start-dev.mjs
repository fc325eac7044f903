// @ts-check
/**
 * `npm run start:dev`: provides broker and database, and runs both applications under `nest start --watch`, side by side, each
 * line that they print behind the application's name, as text for people (LOG_FORMAT).
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applications } from './setup/build-applications.mjs';
import childProcess from './setup/child-process.cjs';
import { chooseApiPort } from './setup/choose-api-port.mjs';
import { claimLastingDirectory } from './setup/claim-directory.mjs';
import freePorts from './setup/free-ports.cjs';
import { prepareMachine } from './setup/prepare-machine.mjs';
import projectDirectory from './setup/project-directory.cjs';
import { provideServices } from './setup/provide-services.mjs';
import readiness from './setup/readiness.cjs';
import { chooseResultsDirectory } from './setup/results-directory.mjs';
import { exitAfterSignalWith, onShutdown, runScript } from './setup/shutdown.mjs';
import { provideOperatorToken } from './start/operator-token.mjs';

const nest = join(projectDirectory.projectDirectory, 'node_modules/@nestjs/cli/bin/nest.js');
const readyPollMs = 500;
const nameWidth = Math.max(...applications.map((name) => name.length));

/**
 * @param {string} application
 * @param {Record<string, string>} environment
 */
async function watch(application, environment) {
  const child = await childProcess.startChildProcess({
    name: application,
    command: process.execPath,
    // Without a shell in between, which would keep the signal that stops us from the application.
    args: [nest, 'start', application, '--watch', '--preserveWatchOutput', '--no-shell'],
    environment: { ...process.env, ...environment },
    onLine: (line) => console.log(`${application.padEnd(nameWidth)} │ ${line}`),
    stopWithinMs: 30_000,
  });
  onShutdown(() => child.stop());
  return child;
}

/**
 * Says once that all are ready, and where the API is.
 *
 * @param {number} port
 * @param {number} healthPort
 */
async function sayWhenReady(port, healthPort) {
  const urls = [port, healthPort].map((each) => `http://127.0.0.1:${each}/health/ready`);
  const areReady = () => Promise.all(urls.map((url) => readiness.answersHttp(url))).then((all) => all.every(Boolean));
  while (!(await areReady().catch(() => false))) await delay(readyPollMs);
  console.log(
    `\nReady: http://localhost:${port}/, its docs at /docs. What is changed in the code starts again by itself.\n`,
  );
}

/** @returns {Promise<number>} */
async function main() {
  await prepareMachine();
  const directory = claimLastingDirectory('start-dev');
  const services = await provideServices(directory);
  const port = await chooseApiPort();
  const healthPort = await freePorts.findFreePort();
  const environment = {
    LOG_FORMAT: process.env.LOG_FORMAT || 'text',
    RABBITMQ_URL: services.rabbitmqUrl,
    DATABASE_URL: services.databaseUrl,
    DATA_DIR: await chooseResultsDirectory(directory.path, services.databaseUrl),
    ADMIN_TOKEN: provideOperatorToken(directory.path),
    PORT: String(port),
    HEALTH_PORT: String(healthPort),
  };
  console.log(`The API will be at http://localhost:${port}/. Ctrl-C stops everything.`);
  console.log(`The operator's calls: Authorization: Bearer ${environment.ADMIN_TOKEN}`);
  if (services.managementUrl) console.log(`RabbitMQ at ${services.managementUrl}/ (guest, guest)`);
  exitAfterSignalWith(0);
  const children = await Promise.all(applications.map((application) => watch(application, environment)));
  void sayWhenReady(port, healthPort);
  const { name } = await Promise.race(children.map((child) => child.exited.then(() => child)));
  throw new Error(`nest start ${name} --watch has ended`);
}

await runScript(main);

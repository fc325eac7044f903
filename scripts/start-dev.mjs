// @ts-check
/**
 * `npm run start:dev [-- <application>…]`: provides broker and database, and runs applications under `nest start --watch`, side by
 * side, each line that they print behind the application's name, as text for people (LOG_FORMAT). The API and a caption worker
 * by default: each has a compiler of its own, which takes its memory.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applicationNamed } from './setup/application-list.cjs';
import childProcess from './setup/child-process.cjs';
import { choosePorts, portVariables } from './setup/choose-ports.mjs';
import { claimLastingDirectory } from './setup/claim-directory.mjs';
import freePorts from './setup/free-ports.cjs';
import { prepareMachine } from './setup/prepare-machine.mjs';
import projectDirectory from './setup/project-directory.cjs';
import { provideServices } from './setup/provide-services.mjs';
import readiness from './setup/readiness.cjs';
import { chooseResultsDirectory } from './setup/results-directory.mjs';
import { exitAfterSignalWith, onShutdown, runScript } from './setup/shutdown.mjs';
import { provideSecret } from './start/kept-secret.mjs';

const nest = join(projectDirectory.projectDirectory, 'node_modules/@nestjs/cli/bin/nest.js');
const readyPollMs = 500;

/**
 * @param {string} application
 * @param {Record<string, string>} environment
 * @param {number} nameWidth
 */
async function watch(application, environment, nameWidth) {
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
 * Says once that all are ready.
 *
 * @param {string[]} healthPorts
 * @param {string} docsPort
 */
async function sayWhenReady(healthPorts, docsPort) {
  const urls = healthPorts.map((port) => `http://127.0.0.1:${port}/health/ready`);
  const areReady = () => Promise.all(urls.map((url) => readiness.answersHttp(url))).then((all) => all.every(Boolean));
  while (!(await areReady().catch(() => false))) await delay(readyPollMs);
  const where = docsPort ? `: http://localhost:${docsPort}/, its docs at /docs` : '';
  console.log(`\nReady${where}. What is changed in the code starts again by itself.\n`);
}

/** @returns {Promise<number>} */
async function main() {
  const named = process.argv.slice(2);
  const names = named.length > 0 ? named : ['api', 'caption-worker'];
  const applications = names.map(applicationNamed);
  await prepareMachine();
  const directory = claimLastingDirectory('start-dev');
  const services = await provideServices(directory);
  /** @type {Record<string, string>} */
  const environment = {
    LOG_FORMAT: process.env.LOG_FORMAT || 'text',
    RABBITMQ_URL: services.rabbitmqUrl,
    DATABASE_URL: services.databaseUrl,
    DATA_DIR: await chooseResultsDirectory(directory.path, services.databaseUrl),
    ADMIN_TOKEN: provideSecret(directory.path, 'ADMIN_TOKEN'),
    ...portVariables(await choosePorts(names)),
  };
  console.log(`Starting ${names.join(', ')}. Ctrl-C stops everything.`);
  console.log(`The operator's calls: Authorization: Bearer ${environment.ADMIN_TOKEN}`);
  if (services.managementUrl) console.log(`RabbitMQ at ${services.managementUrl}/ (guest, guest)`);
  exitAfterSignalWith(0);
  const nameWidth = Math.max(...names.map((name) => name.length));
  const starting = applications.map(async ({ name, httpPort }) => {
    const port = environment[httpPort] ?? String(await freePorts.findFreePort());
    return { port, child: await watch(name, { ...environment, [httpPort]: port }, nameWidth) };
  });
  const children = await Promise.all(starting);
  void sayWhenReady(
    children.map(({ port }) => port),
    names.includes('api') ? environment.PORT : '',
  );
  const ended = await Promise.race(children.map(({ child }) => child.exited.then(() => child.name)));
  throw new Error(`nest start ${ended} --watch has ended`);
}

await runScript(main);

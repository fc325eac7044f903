// @ts-check
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isComposeAvailable, startComposeServices } from './compose-services.mjs';
import { installRabbitmq } from './install-rabbitmq.mjs';
import privatePostgres from './private-postgres.cjs';
import privateRabbitmq from './private-rabbitmq.cjs';
import { showStep } from './progress.mjs';
import projectDirectory from './project-directory.cjs';
import { onShutdown } from './shutdown.mjs';

/**
 * @typedef {object} Services
 * @property {string} rabbitmqUrl
 * @property {string} databaseUrl
 * @property {number} [brokerPid] the broker's process, where it is one of ours
 * @property {string | undefined} managementUrl RabbitMQ's management page; undefined where the broker is not one that we started
 */

const whatToInstall = `RabbitMQ is needed, and none was found. Either
  - install it:  sudo apt-get install rabbitmq-server   (Debian, Ubuntu)
                 brew install rabbitmq                  (macOS)
    (a private instance is started from it; a service that it may bring is not used and may be stopped)
  - or start Docker, with its compose plugin,
  - or set RABBITMQ_URL to a broker of yours, e.g. RABBITMQ_URL=amqp://guest:guest@localhost:5672`;

/** @param {import('./claim-directory.mjs').ClaimedDirectory} directory */
async function providePrivateRabbitmq(directory) {
  if (!(await installRabbitmq())) throw new Error(whatToInstall);
  const rabbitmq = await showStep('Starting a private RabbitMQ', () =>
    privateRabbitmq.startPrivateRabbitmq({
      directory: join(directory.path, 'rabbitmq'),
      logFile: join(projectDirectory.logDirectory, `${basename(directory.path)}-rabbitmq.log`),
    }),
  );
  onShutdown(async () => {
    // Nobody needs the data of a temporary one: it is killed, which is faster by six seconds.
    if (directory.discard) await rabbitmq.kill();
    await rabbitmq.stop();
  });
  return rabbitmq;
}

/** @param {import('./claim-directory.mjs').ClaimedDirectory} directory */
async function providePrivatePostgres(directory) {
  const postgres = await showStep('Starting a private PostgreSQL', () =>
    privatePostgres.startPrivatePostgres({
      directory: join(directory.path, 'postgres'),
      logFile: join(projectDirectory.logDirectory, `${basename(directory.path)}-postgres.log`),
    }),
  );
  onShutdown(async () => {
    await postgres.stop();
    if (directory.discard) rmSync(postgres.directory, { recursive: true, force: true }); // it may lie outside the directory
  });
  return postgres.url;
}

/**
 * @param {string} project
 * @param {boolean} discard
 */
async function provideComposeServices(project, discard) {
  const services = await showStep('Starting RabbitMQ and PostgreSQL with docker compose', () =>
    startComposeServices(project, discard),
  );
  onShutdown(services.stop);
  return services;
}

/**
 * Provides a broker and a database, each from the first of these that there is: its URL in the environment (RABBITMQ_URL,
 * DATABASE_URL); docker compose, where an engine runs; a private instance with its data in `directory`. What is started here
 * is stopped when the script ends.
 *
 * @param {import('./claim-directory.mjs').ClaimedDirectory} directory
 * @returns {Promise<Services>}
 * @throws Error that says what to install
 */
export async function provideServices(directory) {
  const { RABBITMQ_URL: rabbitmqUrl, DATABASE_URL: databaseUrl } = process.env;
  if (rabbitmqUrl && databaseUrl) return { rabbitmqUrl, databaseUrl, managementUrl: undefined };
  if (!rabbitmqUrl && !databaseUrl && (await isComposeAvailable())) {
    return provideComposeServices(`ekphrasis-${basename(directory.path)}`, directory.discard);
  }
  // One after the other: only the first may have something to install, and both are quick.
  const rabbitmq = rabbitmqUrl ? undefined : await providePrivateRabbitmq(directory);
  return {
    rabbitmqUrl: rabbitmqUrl ?? /** @type {{ url: string }} */ (rabbitmq).url,
    databaseUrl: databaseUrl ?? (await providePrivatePostgres(directory)),
    brokerPid: rabbitmq?.pid,
    managementUrl: rabbitmq?.managementUrl,
  };
}

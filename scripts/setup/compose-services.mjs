// @ts-check
import freePorts from './free-ports.cjs';
import { runCommand, runSuccessfully } from './run-command.mjs';

/** @typedef {{ rabbitmqUrl: string, managementUrl: string, databaseUrl: string, stop: () => Promise<void> }} ComposeServices */

/** Whether Docker's engine answers (its client alone is not enough) and knows `docker compose`. */
export async function isComposeAvailable() {
  const answers = await Promise.all([
    runCommand('docker', ['info'], { timeLimitMs: 10_000 }),
    runCommand('docker', ['compose', 'version'], { timeLimitMs: 10_000 }),
  ]);
  return answers.every(({ code }) => code === 0);
}

/**
 * Starts the services `rabbitmq` and `postgres` of docker-compose.yml as a project of their own, on free loopback ports, and
 * waits until they are healthy.
 *
 * @param {string} project
 * @param {boolean} discard whether their data is thrown away when they stop
 * @returns {Promise<ComposeServices>}
 */
export async function startComposeServices(project, discard) {
  const [amqp, management, database] = await freePorts.findFreePorts(3);
  const environment = {
    RABBITMQ_PUBLISHED: `127.0.0.1:${amqp}`,
    RABBITMQ_MANAGEMENT_PUBLISHED: `127.0.0.1:${management}`,
    POSTGRES_PUBLISHED: `127.0.0.1:${database}`,
  };
  /** @param {string[]} args */
  const compose = (...args) =>
    runSuccessfully('docker', ['compose', '--project-name', project, ...args], { environment });
  const down = () => compose('down', ...(discard ? ['--volumes'] : []));
  try {
    await compose('up', '--detach', '--wait', 'rabbitmq', 'postgres');
  } catch (error) {
    await down();
    throw error;
  }
  return {
    rabbitmqUrl: `amqp://guest:guest@127.0.0.1:${amqp}`,
    managementUrl: `http://127.0.0.1:${management}`,
    databaseUrl: `postgresql://ekphrasis:ekphrasis@127.0.0.1:${database}/ekphrasis`,
    stop: async () => void (await down()),
  };
}

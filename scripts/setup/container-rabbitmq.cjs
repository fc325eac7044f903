// @ts-check
'use strict';
/** A private RabbitMQ in a Docker container, for a machine that has Docker and no RabbitMQ. Same handle, same states. */
const { execFile } = require('node:child_process');
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { promisify } = require('node:util');
const { startChildProcess } = require('./child-process.cjs');
const { findFreePorts } = require('./free-ports.cjs');
const { projectDirectory } = require('./project-directory.cjs');
const { answersAmqp, answersHttp } = require('./readiness.cjs');

const run = promisify(execFile);

/** @param {string[]} args */
async function docker(...args) {
  return (await run('docker', args, { timeout: 300_000 })).stdout.trim();
}

/** The image that docker-compose.yml names, so that there is one place that says which RabbitMQ is used. */
function imageOfCompose() {
  const composeFile = readFileSync(join(projectDirectory, 'docker-compose.yml'), 'utf8');
  return /image: (rabbitmq:\S+)/.exec(composeFile)?.[1] ?? 'rabbitmq:4.2-management';
}

/** Whether Docker's engine answers; its client alone is not enough. */
async function isDockerAvailable() {
  return run('docker', ['info'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * @param {string} directory
 * @param {string[]} configuration lines to add to rabbitmq.conf
 * @returns {Promise<{ container: string, amqp: number, management: number }>}
 */
async function createContainer(directory, configuration) {
  const [amqp, management] = await findFreePorts(2);
  const container = await docker(
    ...['create', '--init', '--hostname', 'ekphrasis', '--label', 'ekphrasis=private'],
    ...['--publish', `127.0.0.1:${amqp}:5672`, '--publish', `127.0.0.1:${management}:15672`, imageOfCompose()],
  );
  const configurationFile = join(directory, 'rabbitmq.conf');
  writeFileSync(configurationFile, `${configuration.join('\n')}\n`);
  await docker('cp', configurationFile, `${container}:/etc/rabbitmq/conf.d/90-private.conf`);
  return { container, amqp, management };
}

/** @type {typeof import('./private-rabbitmq.cjs').startPrivateRabbitmq} */
async function startContainerRabbitmq(options) {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true });
  const logFile = options.logFile ?? join(directory, 'rabbitmq.log');
  const { container, amqp, management } = await createContainer(directory, options.configuration ?? []);
  let frozen = false;

  const start = async () => {
    const child = await startChildProcess({
      name: 'rabbitmq container',
      command: 'docker',
      args: ['start', '--attach', container],
      logFile,
      readyWithinMs: 120_000,
      isReady: async (signal) => (await answersAmqp(amqp)) && answersHttp(`http://127.0.0.1:${management}/`, signal),
    });
    return { child, pid: Number(await docker('inspect', '--format', '{{.State.Pid}}', container)) };
  };
  const end = async (/** @type {'stop' | 'kill'} */ how) => {
    if (!child.isRunning()) return;
    if (frozen) await docker('unpause', container);
    frozen = false;
    await docker(how, container);
    await child.exited;
  };
  let { child, pid } = await start().catch(async (error) => {
    await docker('rm', '--force', '--volumes', container);
    throw error;
  });

  return {
    url: `amqp://guest:guest@127.0.0.1:${amqp}`,
    managementUrl: `http://127.0.0.1:${management}`,
    directory,
    logFile,
    get pid() {
      return pid;
    },
    get process() {
      return child;
    },
    async stop() {
      await end('stop');
      await docker('rm', '--force', '--volumes', container);
    },
    kill: () => end('kill'),
    async freeze() {
      await docker('pause', container);
      frozen = true;
    },
    async thaw() {
      await docker('unpause', container);
      frozen = false;
    },
    async restart() {
      await end('stop');
      ({ child, pid } = await start());
    },
    control: (...args) => docker('exec', container, 'rabbitmqctl', ...args),
  };
}

module.exports = { isDockerAvailable, startContainerRabbitmq };

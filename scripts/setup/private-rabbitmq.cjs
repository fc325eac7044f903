// @ts-check
'use strict';
const { execFile } = require('node:child_process');
const { mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const { promisify } = require('node:util');
const { startChildProcess } = require('./child-process.cjs');
const { isDockerAvailable, startContainerRabbitmq } = require('./container-rabbitmq.cjs');
const { findFreePorts } = require('./free-ports.cjs');
const { forgetProcess, isRunning, recordProcess, startTimeOf } = require('./process-records.cjs');
const { findRabbitmq } = require('./rabbitmq-installation.cjs');
const { answersAmqp, answersHttp } = require('./readiness.cjs');

/** @typedef {import('./private-rabbitmq.cjs').PrivateRabbitmqOptions} PrivateRabbitmqOptions */
/** @typedef {import('./private-rabbitmq.cjs').PrivateRabbitmq} PrivateRabbitmq */
/** @typedef {{ amqp: number, management: number, prometheus: number, distribution: number, control: number, epmd: number }} Ports */
/** @typedef {{ installation: import('./rabbitmq-installation.cjs').RabbitmqInstallation, directory: string, ports: Ports, options: PrivateRabbitmqOptions }} Setup */

const defaultName = 'ekphrasis@localhost';

/** @param {PrivateRabbitmqOptions['member']} member */
async function choosePorts(member) {
  const [amqp, management, prometheus, control, ...others] = await findFreePorts(member ? 4 : 6);
  const [distribution, epmd] = member ? [member.distributionPort, member.epmdPort] : others;
  return { amqp, management, prometheus, distribution, control, epmd };
}

/** @param {Setup} setup */
function writeConfiguration({ directory, ports, options }) {
  mkdirSync(join(directory, 'home'), { recursive: true });
  if (options.member) writeFileSync(join(directory, 'home/.erlang.cookie'), options.member.cookie, { mode: 0o600 });
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports.management}`,
    'prometheus.tcp.ip = 127.0.0.1',
    `prometheus.tcp.port = ${ports.prometheus}`,
    ...(options.configuration ?? []),
  ];
  writeFileSync(join(directory, 'rabbitmq.conf'), `${lines.join('\n')}\n`);
  writeFileSync(join(directory, 'enabled_plugins'), '[rabbitmq_management,rabbitmq_prometheus].\n');
}

/**
 * Everything that could join it to another broker is set: node, cookie (in HOME), `epmd`, data, configuration. A variable
 * of the caller's that starts with RABBITMQ_ or ERL_ is not passed on.
 *
 * @param {Setup} setup
 */
function environmentFor({ installation: { isVersion3 }, directory, ports, options: { member } }) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(RABBITMQ_|ERL_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    HOME: join(directory, 'home'),
    RABBITMQ_NODENAME: member?.name ?? defaultName,
    // 3.x keeps this path in its data, so that it must be relative for them to move with the repository; 4.0 starts with none such.
    RABBITMQ_MNESIA_BASE: isVersion3 ? 'data' : join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: join(directory, 'no-such-file.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
    RABBITMQ_PID_FILE: join(directory, 'rabbitmq.pid'),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_CTL_DIST_PORT_MIN: String(ports.control),
    RABBITMQ_CTL_DIST_PORT_MAX: String(ports.control),
    // The second part keeps idle schedulers from spinning, which a machine with few cores would feel.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: [
      '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none',
      ...(member ? [memberArguments(member)] : []),
    ].join(' '),
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
}

/** @param {import('./private-rabbitmq.cjs').ClusterMember} member */
function memberArguments({ tickSeconds, deadLetterAgainSeconds }) {
  const again = `-rabbit dead_letter_worker_publisher_confirm_timeout ${deadLetterAgainSeconds * 1000}`;
  return `-kernel net_ticktime ${tickSeconds} ${again}`;
}

/**
 * @param {Setup} setup
 * @param {string} logFile
 */
async function startBroker(setup, logFile) {
  const { installation, directory, ports } = setup;
  const pidFile = join(directory, 'rabbitmq.pid');
  rmSync(pidFile, { force: true });
  const child = await startChildProcess({
    name: 'rabbitmq',
    command: installation.server,
    directory,
    environment: environmentFor(setup),
    logFile,
    readyWithinMs: 120_000,
    stopWithinMs: 20_000,
    isReady: async (signal) =>
      (await answersAmqp(ports.amqp)) && answersHttp(`http://127.0.0.1:${ports.management}/`, signal),
  });
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const machine = { pid, started: startTimeOf(pid) ?? '' };
  // The started program is a shell that waits for the Erlang machine; if that shell alone is killed, the machine stays.
  recordProcess('rabbitmq (Erlang machine)', pid);
  const ended = child.exited.then(async () => {
    while (isRunning(machine)) await delay(20); // its death takes a moment longer than the shell's
    forgetProcess(pid);
  });
  return { child, pid, ended };
}

/** @type {typeof import('./private-rabbitmq.cjs').startPrivateRabbitmq} */
async function startPrivateRabbitmq(options) {
  const installation = findRabbitmq(options.older);
  if (!installation) {
    if (!options.member && !options.older && (await isDockerAvailable())) return startContainerRabbitmq(options);
    throw new Error('RabbitMQ is not installed: rabbitmq-server was not found, and no Docker engine answers');
  }
  const directory = resolve(options.directory);
  const logFile = options.logFile ?? join(directory, 'rabbitmq.log');
  const ports = await choosePorts(options.member);
  const setup = { installation, directory, ports, options };
  writeConfiguration(setup);

  const startEpmd = () =>
    startChildProcess({
      name: 'epmd',
      command: installation.epmd,
      args: ['-address', '127.0.0.1', '-port', String(ports.epmd)],
      directory,
      logFile,
    });
  // a member of a cluster has been given one
  let epmd = options.member ? undefined : await startEpmd();
  let { child, pid, ended } = await startBroker(setup, logFile).catch(async (error) => {
    await epmd?.kill();
    throw error;
  });

  return {
    url: `amqp://guest:guest@127.0.0.1:${ports.amqp}`,
    managementUrl: `http://127.0.0.1:${ports.management}`,
    directory,
    logFile,
    get pid() {
      return pid;
    },
    get process() {
      return child;
    },
    async stop() {
      await child.stop();
      await ended;
      await epmd?.kill(); // while a node is registered it refuses to stop by any gentler way
    },
    async kill() {
      await child.kill();
      await ended;
    },
    freeze: async () => child.freeze(),
    thaw: async () => child.thaw(),
    async restart() {
      await child.stop();
      await ended;
      if (epmd && !epmd.isRunning()) epmd = await startEpmd();
      ({ child, pid, ended } = await startBroker(setup, logFile));
    },
    async control(...args) {
      const run = promisify(execFile);
      // chosen anew each time: whatever else runs may have taken the one of before meanwhile
      const [control] = await findFreePorts(1);
      const { stdout } = await run(installation.control, args, {
        env: environmentFor({ ...setup, ports: { ...ports, control } }),
        timeout: 60_000,
      });
      return stdout;
    },
  };
}

module.exports = { startPrivateRabbitmq };

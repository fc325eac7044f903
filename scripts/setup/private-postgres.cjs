// @ts-check
'use strict';
const { execFile } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const { promisify } = require('node:util');
const { startChildProcess } = require('./child-process.cjs');
const { findFreePort } = require('./free-ports.cjs');
const { directoryReachableBy, findPostgres } = require('./postgres-installation.cjs');
const { isRunning, startTimeOf } = require('./process-records.cjs');

/** @typedef {import('./postgres-installation.cjs').PostgresInstallation} PostgresInstallation */

const administrator = 'ekphrasis';

/**
 * Creates the cluster where it is missing. The password is drawn once and kept beside the data, readable by its owner alone.
 *
 * @param {PostgresInstallation} installation
 * @param {string} directory
 * @returns {Promise<{ dataDirectory: string, password: string }>}
 */
async function provideCluster({ initialise, user }, directory) {
  const dataDirectory = join(directory, 'data');
  const passwordFile = join(directory, 'password');
  if (existsSync(join(dataDirectory, 'PG_VERSION')) && existsSync(passwordFile)) {
    return { dataDirectory, password: readFileSync(passwordFile, 'utf8').trim() };
  }
  rmSync(dataDirectory, { recursive: true, force: true }); // what an interrupted run left
  mkdirSync(dataDirectory, { mode: 0o700 });
  const password = randomBytes(16).toString('hex');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) for (const path of [dataDirectory, passwordFile]) chownSync(path, user.uid, user.gid);
  const layout = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--auth=scram-sha-256', `--username=${administrator}`, `--pwfile=${passwordFile}`];
  const run = promisify(execFile);
  await run(initialise, [`--pgdata=${dataDirectory}`, ...layout, ...access], {
    ...user,
    cwd: directory,
    timeout: 60_000,
  });
  return { dataDirectory, password };
}

/**
 * A connection that takes writes although the server, the database or the role may be set to take none.
 *
 * @param {string} url
 */
async function connect(url) {
  const { Client } = require('pg'); // not at the top: this file is read before dependencies are installed
  const options = '-c default_transaction_read_only=off';
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000, query_timeout: 60_000, options });
  client.on('error', () => undefined); // a connection that ends with its server is no news
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/**
 * Runs one statement on a connection of its own.
 *
 * @param {string} url
 * @param {string} statement
 */
async function execute(url, statement) {
  const client = await connect(url);
  try {
    return await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * @param {string} administrationUrl
 * @param {string} database
 */
async function provideDatabase(administrationUrl, database) {
  const duplicateDatabase = '42P04';
  await execute(administrationUrl, `CREATE DATABASE "${database.replaceAll('"', '""')}"`).catch((error) => {
    if (error.code !== duplicateDatabase) throw error;
  });
}

/**
 * The server's own processes, one per connection and task; each leads a process group of its own.
 *
 * @param {number} postmaster
 */
function childrenOf(postmaster) {
  try {
    const file = `/proc/${postmaster}/task/${postmaster}/children`;
    return readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // not Linux: they notice the postmaster's death by themselves
  }
}

/** @param {import('./child-process.cjs').RunningChildProcess} postmaster */
async function killWithChildren(postmaster) {
  const children = childrenOf(postmaster.pid).map((pid) => ({ pid, started: startTimeOf(pid) ?? '' }));
  await postmaster.kill();
  for (const child of children) if (isRunning(child)) process.kill(child.pid, 'SIGKILL');
  while (children.some(isRunning)) await delay(20);
}

/**
 * A server on a cluster that is there, and what can be done with it.
 *
 * @type {typeof import('./private-postgres.cjs').runServer}
 */
async function runServer({ installation, directory, dataDirectory, password, database, logFile, settings }) {
  const port = await findFreePort();
  const urlOf = (/** @type {string} */ name) =>
    `postgresql://${administrator}:${password}@127.0.0.1:${port}/${encodeURIComponent(name)}`;
  const allSettings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const startServer = () =>
    startChildProcess({
      name: 'postgres',
      command: installation.server,
      args: [
        '-D',
        dataDirectory,
        '-p',
        String(port),
        ...Object.entries(allSettings).map(([name, value]) => `--${name}=${value}`),
      ],
      directory,
      user: installation.user,
      logFile,
      stopSignal: 'SIGINT', // PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave
      isReady: async () => (await execute(urlOf('postgres'), 'SELECT 1')).rowCount === 1,
    });
  let server = await startServer();
  return {
    url: urlOf(database),
    administrationUrl: urlOf('postgres'),
    directory,
    logFile,
    get pid() {
      return server.pid;
    },
    get process() {
      return server;
    },
    connect: () => connect(urlOf(database)),
    execute: async (statement) => (await execute(urlOf(database), statement)).rows,
    async stop() {
      await server.stop();
    },
    kill: () => killWithChildren(server),
    async restart() {
      await server.stop();
      server = await startServer();
    },
  };
}

/** @type {typeof import('./private-postgres.cjs').startPrivatePostgres} */
async function startPrivatePostgres(options) {
  const installation = findPostgres();
  mkdirSync(options.directory, { recursive: true });
  const directory = directoryReachableBy(installation.user, resolve(options.directory));
  const logFile = options.logFile ?? join(resolve(options.directory), 'postgres.log');
  const cluster = await provideCluster(installation, directory);
  const database = options.database ?? 'ekphrasis';
  const server = await runServer({
    ...cluster,
    installation,
    directory,
    database,
    logFile,
    settings: options.settings ?? {},
  });
  await provideDatabase(server.administrationUrl, database).catch(async (error) => {
    await server.stop();
    throw error;
  });
  return server;
}

module.exports = { runServer, startPrivatePostgres };

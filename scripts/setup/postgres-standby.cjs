// @ts-check
'use strict';
const { execFile } = require('node:child_process');
const { chownSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { promisify } = require('node:util');
const { directoryReachableBy, findPostgres } = require('./postgres-installation.cjs');
const { runServer } = require('./private-postgres.cjs');

/** @param {string} url */
function connectionInfo(url) {
  const { hostname, port, username, password } = new URL(url);
  return `host=${hostname} port=${port} user=${username} password=${password} application_name=standby`;
}

/** @type {typeof import('./postgres-standby.cjs').startPostgresStandby} */
async function startPostgresStandby(primary, options) {
  const installation = findPostgres();
  const { user } = installation;
  mkdirSync(options.directory, { recursive: true });
  const directory = directoryReachableBy(user, resolve(options.directory));
  const dataDirectory = join(directory, 'data');
  await primary.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
  await promisify(execFile)('cp', ['-a', join(primary.directory, 'data'), dataDirectory]);
  const signal = join(dataDirectory, 'standby.signal');
  writeFileSync(signal, '');
  if (user) chownSync(signal, user.uid, user.gid);
  await primary.restart();
  const { pathname, password } = new URL(primary.url);
  const standby = await runServer({
    installation,
    directory,
    dataDirectory,
    password,
    database: decodeURIComponent(pathname.slice(1)),
    logFile: join(resolve(options.directory), 'postgres.log'),
    settings: { primary_conninfo: connectionInfo(options.replicationUrl ?? primary.url) },
  });
  return {
    ...standby,
    get pid() {
      return standby.pid;
    },
    get process() {
      return standby.process;
    },
    promote: async () => void (await standby.execute('SELECT pg_promote()')),
  };
}

module.exports = { startPostgresStandby };

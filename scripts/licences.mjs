// @ts-check
/**
 * `npm run licences`: every package that production needs, directly or not and for whatever system, with its version and its
 * licence, from package-lock.json. Fails where a licence is not one of those below, where an installed package says another than
 * the lockfile, and where docs/licences.md has another list; `npm run licences -- --write` writes it there.
 *
 * The lockfile is asked, not `npm sbom`, which leaves packages out, and knows only those of the system that it runs on.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import closedOutput from './setup/closed-output.cjs';
import projectDirectory from './setup/project-directory.cjs';

closedOutput.endWhenOutputCloses();

/** @typedef {{ name: string, version: string, licence: string, file: string }} Package */

/** Licences that ask for their text to be passed on at most; the packages bring it. */
const allowed = [
  ...['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD', 'BlueOak-1.0.0', 'Unlicense', 'CC0-1.0'],
  'Python-2.0', // argparse, which is Python's module in JavaScript
];
/**
 * libvips comes as a shared library in packages of its own, unchanged, and sharp loads whichever lies there: whoever runs the
 * product can replace it, which is what the LGPL asks for.
 */
const allowedFor = {
  'LGPL-3.0-or-later': /^@img\/sharp-/,
  // Bitstream Vera's licence, which names no SPDX identifier: free to use, to pass on and to embed
  'SEE LICENSE IN README.md AND LICENSE': /^dejavu-fonts-ttf$/,
};

/** @returns {Package[]} */
function productionPackages() {
  const lock = JSON.parse(readFileSync(join(projectDirectory.projectDirectory, 'package-lock.json'), 'utf8'));
  const found = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
  return found
    .map(([path, { version, license }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license ?? 'none stated',
      file: join(projectDirectory.projectDirectory, path, 'package.json'),
    }))
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

/** @param {Package} production */
function problemOf({ name, version, licence, file }) {
  if (!isAllowed(name, licence)) return `${name} ${version}: ${licence} is not among the licences allowed`;
  const installed = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).license : licence;
  if (installed !== licence) return `${name} ${version}: the lockfile says ${licence}, the package itself ${installed}`;
  return undefined;
}

/**
 * @param {string} name
 * @param {string} expression SPDX, where of `A OR B` one has to be allowed and of `A AND B` both; a mixture is not read
 */
function isAllowed(name, expression) {
  const text = expression.replace(/^\((.*)\)$/, '$1');
  const isOne = (/** @type {string} */ licence) =>
    allowed.includes(licence) || Object.entries(allowedFor).some(([id, names]) => id === licence && names.test(name));
  if (isOne(text)) return true;
  return text.includes(' OR ') ? text.split(' OR ').some(isOne) : text.split(' AND ').every(isOne);
}

/** @param {Package[]} packages */
function tableOf(packages) {
  const rows = new Set(packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`));
  return ['| package | version | licence |', '|---|---|---|', ...rows].join('\n');
}

const document = join(projectDirectory.projectDirectory, 'docs/licences.md');
const packages = productionPackages();
const written = readFileSync(document, 'utf8');
const current = written.replace(/^\| package .*$(\n\|.*$)*/m, () => tableOf(packages));
if (process.argv.includes('--write')) writeFileSync(document, current);
else console.log(tableOf(packages));

const problems = packages.map(problemOf).filter((problem) => problem !== undefined);
if (current !== written && !process.argv.includes('--write')) {
  problems.push('docs/licences.md has another list: npm run licences -- --write');
}
for (const problem of problems) console.error(problem);
console.log(`${packages.length} packages, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

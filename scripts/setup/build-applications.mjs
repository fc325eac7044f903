// @ts-check
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import projectDirectory from './project-directory.cjs';
import { showStep } from './progress.mjs';
import { npmCommand, runSuccessfully } from './run-command.mjs';

const root = projectDirectory.projectDirectory;

/** Both applications of the product, by the names that package.json's scripts give them. */
export const applications = /** @type {const} */ (['api', 'caption-worker']);

/** @typedef {(typeof applications)[number]} Application */

/**
 * When something at or below this path was last changed, in milliseconds. Folders count, so that a deleted file is noticed.
 *
 * @param {string} path
 * @returns {number}
 */
function lastChange(path) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return 0;
  if (!status.isDirectory()) return path.endsWith('.spec.ts') ? 0 : status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => lastChange(join(path, name))));
}

/** @param {Application} application */
function markerOf(application) {
  return join(root, 'dist', `${application}.built`);
}

/**
 * Whether the build in dist was begun after the last change to anything that goes into it.
 *
 * @param {Application} application
 */
function isBuilt(application) {
  const sources = [join('apps', application), 'libs', 'tsconfig.json', 'nest-cli.json', 'package-lock.json'];
  const built = statSync(markerOf(application), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.every((source) => lastChange(join(root, source)) < built);
}

/** @param {Application} application */
async function build(application) {
  const begun = new Date();
  await runSuccessfully(...npmCommand('run', '--silent', `build:${application}`));
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(markerOf(application), '');
  utimesSync(markerOf(application), begun, begun); // a file changed while the build ran is newer than this
}

/** Compiles the applications whose sources have changed since they were compiled. */
export async function buildApplications() {
  const outdated = applications.filter((application) => !isBuilt(application));
  if (outdated.length === 0) return;
  await showStep(`Building ${outdated.join(' and ')}`, () => Promise.all(outdated.map(build)));
}

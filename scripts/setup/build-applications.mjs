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

/** @param {string} target */
function markerOf(target) {
  return join(root, 'dist', `${target}.built`);
}

/**
 * Whether the build in dist was begun after the last change to anything that goes into it.
 *
 * @param {string} target
 * @param {string[]} ownSources
 */
function isBuilt(target, ownSources) {
  const sources = [...ownSources, 'libs', 'tsconfig.json', 'nest-cli.json', 'package-lock.json'];
  const built = statSync(markerOf(target), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.every((source) => lastChange(join(root, source)) < built);
}

/** @param {string} target */
async function build(target) {
  const begun = new Date();
  await runSuccessfully(...npmCommand('run', '--silent', `build:${target}`));
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(markerOf(target), '');
  utimesSync(markerOf(target), begun, begun); // a file changed while the build ran is newer than this
}

/** Compiles the applications whose sources have changed since they were compiled. */
export async function buildApplications() {
  const outdated = applications.filter((application) => !isBuilt(application, [join('apps', application)]));
  if (outdated.length === 0) return;
  await showStep(`Building ${outdated.join(' and ')}`, () => Promise.all(outdated.map(build)));
}

/** Compiles the command line of `npm run model`, where that is outdated. */
export async function buildModelTools() {
  const ownSources = [
    'test/bench/captioner',
    'test/bench/resampling',
    'models/small/evaluation',
    'scripts/setup/closed-output.cjs',
  ];
  if (isBuilt('model', ownSources)) return;
  await showStep('Building the model’s tools', () => build('model'));
}

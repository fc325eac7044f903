// @ts-check
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import projectDirectory from './project-directory.cjs';
import { showStep } from './progress.mjs';
import { npmCommand, runSuccessfully } from './run-command.mjs';

const root = projectDirectory.projectDirectory;

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

/**
 * @param {string} target
 * @param {() => Promise<unknown>} compile
 */
async function build(target, compile) {
  const begun = new Date();
  await compile();
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(markerOf(target), '');
  utimesSync(markerOf(target), begun, begun); // a file changed while the build ran is newer than this
}

/** Compiles all applications at once, where something has changed since they were compiled. */
export async function buildApplications() {
  if (isBuilt('applications', ['apps', 'tsconfig.build.json'])) return;
  await showStep('Building the applications', () =>
    build('applications', () => runSuccessfully(...npmCommand('run', '--silent', 'build'))),
  );
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
  await showStep('Building the model’s tools', () =>
    build('model', () => runSuccessfully(...npmCommand('run', '--silent', 'build:model'))),
  );
}

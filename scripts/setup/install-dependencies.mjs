// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import projectDirectory from './project-directory.cjs';
import { showStep } from './progress.mjs';
import { npmCommand, runSuccessfully } from './run-command.mjs';

/** @param {string} file */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(projectDirectory.projectDirectory, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether what lies in node_modules is what package-lock.json names. npm writes down what it installed; times of files say
 * nothing after a `git checkout`. Optional packages are for other systems for the greater part, and not looked at.
 */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/** Runs `npm ci` where node_modules is missing or is not what the lockfile names. */
export async function installDependencies() {
  if (isInstalled()) return;
  await showStep('Installing packages with npm ci, a minute or two the first time', async () => {
    // Whatever NODE_ENV says: building and testing needs the development packages too.
    await runSuccessfully(...npmCommand('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'));
  });
}

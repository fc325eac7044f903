// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import projectDirectory from '../setup/project-directory.cjs';

/** @typedef {import('../start/environment-file.mjs').StartedEnvironment} StartedEnvironment */

/**
 * How command-line tools reach the product: as `npm start` tells it while it runs here, and as the variables say otherwise.
 *
 * @param {keyof StartedEnvironment & string} told its key in environment.json
 * @param {string} variable
 * @param {string} otherwise where neither is there
 * @returns {string}
 */
export function addressOf(told, variable, otherwise) {
  const started = startedEnvironment()?.[told];
  return typeof started === 'string' ? started : process.env[variable] || otherwise;
}

/** @returns {Partial<StartedEnvironment> | undefined} */
function startedEnvironment() {
  const file =
    process.env['EKPHRASIS_ENVIRONMENT'] || join(projectDirectory.projectDirectory, '.run/start/environment.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

// @ts-check
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onShutdown } from '../setup/shutdown.mjs';

/**
 * What runs, and how to reach it: for the command-line tools. The addresses of what does not run are absent.
 *
 * @typedef {object} StartedEnvironment
 * @property {string} [api_url]
 * @property {string} [admin_url] where the API's health, metrics and the operator's calls are
 * @property {string} [grpc_address] `host:port`
 * @property {string} [page_url] of tasks and their results
 * @property {string} rabbitmq_url
 * @property {string} database_url
 * @property {string} admin_token
 * @property {string} data_dir
 * @property {{ name: string, pid: number }[]} processes
 * @property {number | null} broker_pid null where the broker is not one of ours
 */

/**
 * Writes `environment.json`, readable by its owner alone: it holds passwords. It goes when the script ends.
 *
 * @param {string} directory
 * @param {StartedEnvironment} environment
 * @returns {string} the file
 */
export function writeEnvironmentFile(directory, environment) {
  const file = join(directory, 'environment.json');
  // one that a killed run left behind would keep its mode
  rmSync(file, { force: true });
  onShutdown(async () => rmSync(file, { force: true }));
  writeFileSync(file, `${JSON.stringify(environment, undefined, 2)}\n`, { flag: 'wx', mode: 0o600 });
  return file;
}

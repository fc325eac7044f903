// @ts-check
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import processRecords from './process-records.cjs';
import projectDirectory from './project-directory.cjs';
import { onShutdown } from './shutdown.mjs';

/** @typedef {{ path: string, discard: boolean }} ClaimedDirectory a directory of ours, and whether it is thrown away at the end */

const { runDirectory } = projectDirectory;

/** @param {string} path */
function ownerFile(path) {
  return join(path, 'owner.json');
}

/** @param {string} path */
function isOwned(path) {
  try {
    return processRecords.isRunning(JSON.parse(readFileSync(ownerFile(path), 'utf8')));
  } catch {
    return false;
  }
}

/** @param {string} path */
function claim(path) {
  mkdirSync(path, { recursive: true });
  const owner = { pid: process.pid, started: processRecords.startTimeOf(process.pid) };
  writeFileSync(ownerFile(path), JSON.stringify(owner));
}

/**
 * A directory `.run/<name>-<pid>` for this run alone; it is thrown away when the script ends.
 *
 * @param {string} name
 * @returns {ClaimedDirectory}
 */
export function claimTemporaryDirectory(name) {
  const path = join(runDirectory, `${name}-${process.pid}`);
  claim(path);
  onShutdown(async () => rmSync(path, { recursive: true, force: true }));
  return { path, discard: true };
}

/**
 * The directory `.run/<name>`, whose contents stay from one run to the next; a temporary one while another run has it.
 *
 * @param {string} name
 * @returns {ClaimedDirectory}
 */
export function claimLastingDirectory(name) {
  const path = join(runDirectory, name);
  if (isOwned(path)) {
    console.log(`Another run uses ${path}: this one gets data of its own, which is thrown away at the end`);
    return claimTemporaryDirectory(name);
  }
  claim(path);
  return { path, discard: false };
}

/** Throws away the temporary directories of runs that were killed; others, such as `rabbitmq-4`, have no owner. */
export function removeAbandonedDirectories() {
  mkdirSync(runDirectory, { recursive: true });
  for (const name of readdirSync(runDirectory)) {
    const path = join(runDirectory, name);
    if (/-\d+$/.test(name) && existsSync(ownerFile(path)) && !isOwned(path))
      rmSync(path, { recursive: true, force: true });
  }
}

// @ts-check
'use strict';
/**
 * Which processes our scripts and tests started, written down under `.run/processes/`, so that a later run can end what an
 * earlier one left behind when it was killed before it could clean up.
 *
 * A record names the process and its owner, each by pid and start time. A pid alone proves nothing: the system hands it out
 * again. A record whose owner still runs belongs to somebody else's run and is left alone.
 */
const { execFileSync } = require('node:child_process');
const { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const { runDirectory } = require('./project-directory.cjs');

const recordDirectory = join(runDirectory, 'processes');

/** @typedef {{ pid: number, started: string }} ProcessIdentity a process, told apart from a later one with the same pid */
/** @typedef {{ name: string, process: ProcessIdentity, owner: ProcessIdentity, stopSignal: NodeJS.Signals }} ProcessRecord */

/**
 * When a process was started, in the system's own notation; undefined where no such process runs (a zombie does not run).
 *
 * @param {number} pid
 * @returns {string | undefined}
 */
function startTimeOf(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The program's name stands in parentheses and may hold anything; state is the first field after it, start time the 20th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : `${bootIdentifier()} ${fields[19]}`;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Linux counts start times from the boot, so the boot belongs to the time. */
function bootIdentifier() {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** @param {ProcessIdentity} identity */
function isRunning(identity) {
  return startTimeOf(identity.pid) === identity.started;
}

/** @param {number} pid */
function recordFileOf(pid) {
  return join(recordDirectory, `${pid}.json`);
}

/**
 * Writes down that this process started the process `pid`.
 *
 * @param {string} name what it is, in words
 * @param {number} pid
 * @param {NodeJS.Signals} [stopSignal] asks it to stop
 */
function recordProcess(name, pid, stopSignal = 'SIGTERM') {
  const started = startTimeOf(pid);
  if (started === undefined) return;
  const owner = { pid: process.pid, started: startTimeOf(process.pid) ?? '' };
  mkdirSync(recordDirectory, { recursive: true });
  const record = { name, process: { pid, started }, owner, stopSignal };
  writeFileSync(recordFileOf(pid), `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Forgets a process that has ended.
 *
 * @param {number} pid
 */
function forgetProcess(pid) {
  rmSync(recordFileOf(pid), { force: true });
}

/** @returns {ProcessRecord[]} */
function readRecords() {
  try {
    return readdirSync(recordDirectory).flatMap((file) => {
      try {
        return [/** @type {ProcessRecord} */ (JSON.parse(readFileSync(join(recordDirectory, file), 'utf8')))];
      } catch {
        return []; // removed or half written at this very moment by its owner
      }
    });
  } catch {
    return []; // nothing was ever started
  }
}

/** @returns {ProcessRecord[]} the processes that this very process started and that still run */
function listOwnProcesses() {
  return readRecords().filter((record) => record.owner.pid === process.pid && isRunning(record.process));
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // ESRCH: it ended by itself in between
  }
}

/**
 * Asks processes to stop, and kills those that are still there after `withinMs`.
 *
 * @param {ProcessRecord[]} records
 * @param {number} withinMs
 */
async function endProcesses(records, withinMs) {
  const running = () => records.filter((record) => isRunning(record.process));
  for (const record of running()) {
    sendSignal(record.process.pid, 'SIGCONT'); // a frozen one would not notice the next signal
    sendSignal(record.process.pid, record.stopSignal);
  }
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline && running().length > 0) await delay(50);
  for (const record of running()) sendSignal(record.process.pid, 'SIGKILL');
  for (const record of records) forgetProcess(record.process.pid);
}

/**
 * Ends every recorded process whose owner no longer runs.
 *
 * @param {number} [withinMs] time that they have to stop in good order
 * @returns {Promise<string[]>} what was ended, in words
 */
async function endLeftoverProcesses(withinMs = 10_000) {
  const orphans = readRecords().filter((record) => !isRunning(record.owner));
  const leftovers = orphans.filter((record) => isRunning(record.process));
  await endProcesses(orphans, withinMs);
  return leftovers.map((record) => `${record.name} (pid ${record.process.pid})`);
}

/**
 * Ends every process that this very process started.
 *
 * @param {number} [withinMs] time that they have to stop in good order
 */
async function endOwnProcesses(withinMs = 10_000) {
  await endProcesses(listOwnProcesses(), withinMs);
}

/** Kills every process that this very process started, at once. */
function killOwnProcesses() {
  for (const record of listOwnProcesses()) sendSignal(record.process.pid, 'SIGKILL');
}

module.exports = {
  startTimeOf,
  isRunning,
  recordProcess,
  forgetProcess,
  endLeftoverProcesses,
  endOwnProcesses,
  killOwnProcesses,
};

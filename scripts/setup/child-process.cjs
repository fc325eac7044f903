// @ts-check
'use strict';
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { closeSync, mkdirSync, openSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { createInterface } = require('node:readline');
const { setTimeout: delay } = require('node:timers/promises');
const { logDirectory, projectDirectory } = require('./project-directory.cjs');
const { forgetProcess, recordProcess } = require('./process-records.cjs');

/** @typedef {import('./child-process.cjs').ChildProcessOptions} ChildProcessOptions */
/** @typedef {import('./child-process.cjs').RunningChildProcess} RunningChildProcess */
/** @typedef {import('./child-process.cjs').ProcessExit} ProcessExit */

/** @param {ChildProcessOptions} options */
function spawnInOwnGroup(options) {
  const logFile = options.onLine ? undefined : (options.logFile ?? join(logDirectory, `${options.name}.log`));
  if (logFile) mkdirSync(dirname(logFile), { recursive: true });
  const log = logFile ? openSync(logFile, 'a') : /** @type {const} */ ('pipe');
  const child = spawn(options.command, options.args ?? [], {
    cwd: options.directory ?? projectDirectory,
    env: options.environment ?? process.env,
    stdio: ['ignore', log, log],
    detached: true, // a process group of its own
    ...(options.user && { uid: options.user.uid, gid: options.user.gid }),
  });
  if (typeof log === 'number') closeSync(log);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream && options.onLine) createInterface({ input: stream }).on('line', options.onLine);
  }
  return { child, logFile };
}

/**
 * @param {string | undefined} logFile
 * @param {number} lines
 */
function readTail(logFile, lines) {
  if (!logFile) return '';
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

/**
 * @param {number} group
 * @param {NodeJS.Signals} signal
 */
function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // ESRCH: none of it is left
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string | undefined} logFile
 * @param {ChildProcessOptions} options
 * @returns {RunningChildProcess}
 */
function superviseChild(child, logFile, options) {
  const pid = /** @type {number} */ (child.pid);
  const stopSignal = options.stopSignal ?? 'SIGTERM';
  recordProcess(options.name, pid, stopSignal);
  let running = true;
  /** @type {Promise<ProcessExit>} */
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      signalGroup(pid, 'SIGKILL'); // what it started and left behind
      forgetProcess(pid);
      resolve({ code, signal });
    });
  });
  const signal = (/** @type {NodeJS.Signals} */ name) => running && signalGroup(pid, name);
  return {
    name: options.name,
    pid,
    logFile,
    exited,
    isRunning: () => running,
    async stop() {
      if (!running) return exited;
      signal('SIGCONT');
      child.kill(stopSignal);
      const timeLimit = setTimeout(() => signal('SIGKILL'), options.stopWithinMs ?? 10_000);
      return exited.finally(() => clearTimeout(timeLimit));
    },
    async kill() {
      signal('SIGKILL');
      return exited;
    },
    freeze: () => void signal('SIGSTOP'),
    thaw: () => void signal('SIGCONT'),
    logTail: (lines = 20) => readTail(logFile, lines),
  };
}

/**
 * @param {RunningChildProcess} child
 * @param {ChildProcessOptions} options
 */
async function waitUntilReady(child, options) {
  const readyWithinMs = options.readyWithinMs ?? 30_000;
  const deadline = AbortSignal.timeout(readyWithinMs);
  while (options.isReady && !(await options.isReady(deadline).catch(() => false))) {
    if (!child.isRunning()) {
      const { code, signal } = await child.exited;
      throw new Error(`${child.name} ended before it was ready (${signal ?? `exit code ${code}`})\n${child.logTail()}`);
    }
    if (deadline.aborted) {
      await child.kill();
      throw new Error(`${child.name} was not ready within ${readyWithinMs / 1000} s\n${child.logTail()}`);
    }
    await Promise.race([delay(100), child.exited]);
  }
}

/** @type {typeof import('./child-process.cjs').startChildProcess} */
async function startChildProcess(options) {
  const { child, logFile } = spawnInOwnGroup(options);
  if (child.pid === undefined) {
    const [error] = await once(child, 'error');
    throw new Error(`${options.name} could not be started: ${error.message}`);
  }
  const running = superviseChild(child, logFile, options);
  await waitUntilReady(running, options);
  return running;
}

module.exports = { startChildProcess };

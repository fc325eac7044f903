// @ts-check
import { setImmediate } from 'node:timers/promises';
import closedOutput from './closed-output.cjs';
import processRecords from './process-records.cjs';

/** @typedef {() => Promise<unknown>} Cleanup */

/** npm passes on a Ctrl-C that its child has had from the terminal already: two signals this close together are one. */
const sameSignalMs = 1000;

/** What has to be undone, in the order in which it was done. */
/** @type {Cleanup[]} */
const cleanups = [];

/** @type {Promise<void> | undefined} */
let shutdown;

/** Called once when a signal asks us to stop. */
let exitCodeAfterSignal = 130;

/**
 * Set once nobody reads our output any more. It counts although the end may have begun with another exit code: a write tells of
 * its failure after main has returned.
 *
 * @type {number | undefined}
 */
let exitCodeOfClosedOutput;

/**
 * Registers something to undo when the script ends, however it ends. The last one registered is undone first.
 *
 * @param {Cleanup} cleanup
 */
export function onShutdown(cleanup) {
  cleanups.push(cleanup);
}

/**
 * What the script's exit code is when a signal stops it: 130 by default, 0 where being stopped is how the script is meant to end.
 *
 * @param {number} code
 */
export function exitAfterSignalWith(code) {
  exitCodeAfterSignal = code;
}

/** Whether the end has begun; errors that come after it are its consequence. */
export function isShuttingDown() {
  return shutdown !== undefined;
}

async function undoEverything() {
  for (const cleanup of cleanups.reverse()) {
    await cleanup().catch((error) => console.error(`While stopping: ${error.message}`));
  }
  await processRecords.endOwnProcesses(); // those still starting, whom nobody had registered yet
  await processRecords.endLeftoverProcesses(); // those of tests that were stopped
}

/**
 * Undoes everything and ends this script.
 *
 * @param {number} exitCode
 * @returns {Promise<void>}
 */
export function shutDown(exitCode) {
  shutdown ??= undoEverything()
    .finally(() => setImmediate()) // until a write that has failed has told so
    .finally(() => process.exit(exitCodeOfClosedOutput ?? exitCode));
  return shutdown;
}

/** How often we look whether whoever started us is still there. */
const parentCheckMs = 500;

/**
 * Ctrl-C, SIGTERM and a closed terminal stop everything in good order; a second one kills. npm passes a SIGTERM on to the
 * shell between it and us, which dies of it and tells nobody: an end of our parent stops us too.
 */
function stopOnSignals() {
  let firstSignalAt = 0;
  const stop = () => {
    if (firstSignalAt === 0) {
      firstSignalAt = performance.now();
      console.log('\nStopping (once more to kill) …');
      void shutDown(exitCodeAfterSignal);
    } else if (performance.now() - firstSignalAt > sameSignalMs) {
      processRecords.killOwnProcesses();
      process.exit(137);
    }
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stop);
  const parent = process.ppid;
  const parentCheck = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(parentCheck);
    stop();
  }, parentCheckMs);
  parentCheck.unref();
}

/**
 * Runs a script's main function: signals and an output that nobody reads any more stop it, an error is told in one message and makes it
 * fail, and whatever it started is stopped.
 *
 * @param {() => Promise<number>} main gives the exit code
 */
export async function runScript(main) {
  stopOnSignals();
  closedOutput.endWhenOutputCloses((exitCode) => {
    exitCodeOfClosedOutput = exitCode;
    void shutDown(exitCode);
  });
  try {
    await shutDown(await main());
  } catch (error) {
    if (isShuttingDown()) return;
    console.error(`\n${process.env.LOG_LEVEL === 'debug' ? error.stack : error.message}`);
    await shutDown(1);
  }
}

// @ts-check
'use strict';

/** The exit code of a program that SIGPIPE ended: 128 and the signal's number. */
const brokenPipe = 141;

/**
 * Whoever reads what a command prints may stop reading (`| head`). Most programs end of SIGPIPE then, without a word. Node.js ignores that
 * signal and turns the write into an EPIPE error, which would end the command with a stack trace; this ends it as the signal would.
 *
 * @param {(exitCode: number) => unknown} [end] how the command ends; called once, whatever is printed after
 */
function endWhenOutputCloses(end = (exitCode) => process.exit(exitCode)) {
  let isEnding = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== 'EPIPE') throw error;
      if (isEnding) return;
      isEnding = true;
      end(brokenPipe);
    });
  }
}

module.exports = { endWhenOutputCloses };

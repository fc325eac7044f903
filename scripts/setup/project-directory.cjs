// @ts-check
'use strict';
const { join, resolve } = require('node:path');

/** The repository's root. */
const projectDirectory = resolve(__dirname, '../..');

/** Everything that a run leaves behind lies here: data of private services, logs, records of processes. Git ignores it. */
const runDirectory = join(projectDirectory, '.run');

/** Where programs that the scripts start write what they print. */
const logDirectory = join(runDirectory, 'logs');

module.exports = { projectDirectory, runDirectory, logDirectory };

// @ts-check
'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { startChildProcess } = require('./child-process.cjs');
const { findFreePort } = require('./free-ports.cjs');
const { projectDirectory } = require('./project-directory.cjs');
const { answersHttp } = require('./readiness.cjs');

/** @typedef {import('./applications.cjs').ApplicationOptions} ApplicationOptions */

/**
 * The plain `node …` command that package.json states for an application.
 *
 * @param {string} script
 */
function argumentsOf(script) {
  const { scripts } = JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8'));
  const [, ...args] = scripts[script].split(' ');
  return args;
}

/**
 * @param {string} script
 * @param {string} portVariable
 * @param {ApplicationOptions} options
 */
async function startApplication(script, portVariable, options) {
  const port = options.port ?? (await findFreePort());
  const url = `http://127.0.0.1:${port}`;
  const adminPort = portVariable === 'PORT' && options.environment.ADMIN_PORT;
  const adminUrl = adminPort ? `http://127.0.0.1:${adminPort}` : url;
  const child = await startChildProcess({
    name: options.name ?? script,
    command: process.execPath,
    args: argumentsOf(script),
    environment: { ...process.env, ADMIN_PORT: '', ...options.environment, [portVariable]: String(port) },
    logFile: options.logFile,
    onLine: options.onLine,
    readyWithinMs: options.readyWithinMs ?? 60_000,
    stopWithinMs: 30_000, // a worker may finish the pictures that it has in hand
    isReady: (signal) => answersHttp(`${adminUrl}${options.readyPath ?? '/health/ready'}`, signal),
  });
  return { ...child, url, adminUrl };
}

/** @type {typeof import('./applications.cjs').startApi} */
const startApi = (options) => startApplication('api', 'PORT', options);

/** @type {typeof import('./applications.cjs').startCaptionWorker} */
const startCaptionWorker = (options) => startApplication('caption-worker', 'HEALTH_PORT', options);

module.exports = { startApi, startCaptionWorker };

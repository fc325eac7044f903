// @ts-check
'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { applicationNamed } = require('./application-list.cjs');
const { startChildProcess } = require('./child-process.cjs');
const { findFreePort } = require('./free-ports.cjs');
const { projectDirectory } = require('./project-directory.cjs');
const { answersHttp } = require('./readiness.cjs');

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

/** @type {typeof import('./applications.cjs').startApplication} */
async function startApplication(application, options) {
  const { httpPort, ports = [], readyWithinMs = 60_000 } = applicationNamed(application);
  const port = options.port ?? (await findFreePort());
  const url = `http://127.0.0.1:${port}`;
  const adminPort = httpPort === 'PORT' && options.environment.ADMIN_PORT;
  const adminUrl = adminPort ? `http://127.0.0.1:${adminPort}` : url;
  /** @type {Record<string, string>} */
  const otherPorts = {};
  for (const { variable } of ports) {
    if (variable === httpPort) continue;
    otherPorts[variable] = options.environment[variable] ?? String(await findFreePort());
  }
  const child = await startChildProcess({
    name: options.name ?? application,
    command: process.execPath,
    args: argumentsOf(application),
    environment: { ...process.env, ADMIN_PORT: '', ...options.environment, ...otherPorts, [httpPort]: String(port) },
    logFile: options.logFile,
    onLine: options.onLine,
    readyWithinMs: options.readyWithinMs ?? readyWithinMs,
    stopWithinMs: 30_000, // a worker may finish the pictures that it has in hand
    isReady: (signal) => answersHttp(`${adminUrl}${options.readyPath ?? '/health/ready'}`, signal),
  });
  const portOf = (/** @type {string} */ variable) => Number(variable === httpPort ? port : otherPorts[variable]);
  return { ...child, url, adminUrl, portOf };
}

/** @type {typeof import('./applications.cjs').startApi} */
const startApi = (options) => startApplication('api', options);

/** @type {typeof import('./applications.cjs').startCaptionWorker} */
const startCaptionWorker = (options) => startApplication('caption-worker', options);

module.exports = { startApplication, startApi, startCaptionWorker };

// @ts-check
'use strict';

/**
 * A port on which an application serves more than its health.
 *
 * @typedef {object} ApplicationPort
 * @property {string} variable the setting that names it
 * @property {number} usual taken by `npm start` where it is free, and the next free one otherwise
 * @property {string} toldAs its key in environment.json
 * @property {string} scheme what stands before host and port there: `http://`, or nothing
 * @property {string} what for people: what is there
 * @property {string} [passedAs] the setting by which other applications find it, as `host:port`
 */

/**
 * @typedef {object} Application
 * @property {string} name its folder in `apps/`, and the npm script that is its plain `node …` command
 * @property {'PORT' | 'PAGE_PORT' | 'HEALTH_PORT'} httpPort the setting that names the port of its health
 * @property {number} [count] how many `npm start` runs, each with its number in its name; without it there is one, named as the application
 * @property {number} [readyWithinMs] how long it may take to become ready, 60 s by default
 * @property {ApplicationPort[]} [ports]
 */

/**
 * Every application of the product, in the order in which `npm start` names them. Build, start, harnesses and the check of
 * compose go by this list.
 *
 * @type {readonly Application[]}
 */
const applicationList = [
  {
    name: 'api',
    httpPort: 'PORT',
    ports: [{ variable: 'PORT', usual: 8000, toldAs: 'api_url', scheme: 'http://', what: 'page' }],
  },
  // a bundle of gigabytes takes its time to be loaded
  { name: 'caption-worker', httpPort: 'HEALTH_PORT', count: 2, readyWithinMs: 300_000 },
  { name: 'image-worker', httpPort: 'HEALTH_PORT', count: 1 },
  { name: 'notifier', httpPort: 'HEALTH_PORT' },
  { name: 'task-rpc', httpPort: 'HEALTH_PORT' },
  {
    name: 'message-service',
    httpPort: 'PAGE_PORT',
    ports: [
      {
        variable: 'GRPC_PORT',
        usual: 50_051,
        toldAs: 'grpc_address',
        scheme: '',
        what: 'gRPC',
        passedAs: 'GRPC_TARGET',
      },
      { variable: 'PAGE_PORT', usual: 8080, toldAs: 'page_url', scheme: 'http://', what: 'tasks' },
    ],
  },
  { name: 'task-consumer', httpPort: 'HEALTH_PORT' },
];

/**
 * @param {string} name
 * @returns {Application}
 * @throws Error when there is none of this name
 */
function applicationNamed(name) {
  const found = applicationList.find((application) => application.name === name);
  if (!found) throw new Error(`There is no application ${name}`);
  return found;
}

module.exports = { applicationList, applicationNamed };

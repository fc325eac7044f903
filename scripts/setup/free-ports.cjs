// @ts-check
'use strict';
const { createServer } = require('node:net');

/**
 * Ports are drawn from below the range that operating systems give to outgoing connections (Linux from 32768, macOS and
 * Windows from 49152). A server that is to come back on its own port would otherwise find it taken by somebody's outgoing
 * connection, and a client that tries to reconnect to a closed port in that range can end up connected to itself.
 */
const lowest = 20_000;
const highest = 31_999;

/** How many random ports are tried before giving up. */
const attemptLimit = 200;

/**
 * Whether a program could listen on this port right now.
 *
 * @param {number} port
 * @param {string} [host] address to listen on, 127.0.0.1 by default
 * @returns {Promise<boolean>}
 */
function isPortFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Finds distinct ports of 127.0.0.1 on which nothing listens. They are drawn at random, so that two runs that look at the
 * same moment hardly ever find the same one.
 *
 * @param {number} count
 * @returns {Promise<number[]>}
 */
async function findFreePorts(count) {
  /** @type {Set<number>} */
  const found = new Set();
  for (let attempt = 0; attempt < attemptLimit && found.size < count; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest + 1));
    if (!found.has(port) && (await isPortFree(port))) found.add(port);
  }
  if (found.size < count) throw new Error(`No ${count} free ports were found between ${lowest} and ${highest}`);
  return [...found];
}

/** @returns {Promise<number>} one port of 127.0.0.1 on which nothing listens */
async function findFreePort() {
  return (await findFreePorts(1))[0];
}

module.exports = { findFreePort, findFreePorts, isPortFree };

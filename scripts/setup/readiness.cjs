// @ts-check
'use strict';
const { connect } = require('node:net');

/** What an AMQP 0-9-1 client says first. */
const amqpProtocolHeader = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');

/** The type octet of a method frame; a broker's first is `connection.start`. */
const methodFrame = 1;

/**
 * Whether an AMQP 0-9-1 broker answers on this port. A port that merely accepts connections does not count: a frozen
 * broker's does that too.
 *
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<boolean>}
 */
function answersAmqp(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 2000 }, () => socket.write(amqpProtocolHeader));
    /** @param {boolean} answer */
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => finish(data[0] === methodFrame));
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => finish(false));
  });
}

/**
 * Whether a GET is answered with a status from 200 to 299.
 *
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<boolean>}
 */
async function answersHttp(url, signal) {
  const timeLimit = AbortSignal.timeout(2000);
  const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, timeLimit]) : timeLimit });
  await response.body?.cancel();
  return response.ok;
}

module.exports = { answersAmqp, answersHttp };

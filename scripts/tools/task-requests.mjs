// @ts-check
import amqp from 'amqplib';
import { randomUUID } from 'node:crypto';
import { addressOf } from './running-product.mjs';

const answerWithinMs = 60_000;

/**
 * @typedef {object} Asked
 * @property {string} action
 * @property {object} [data]
 * @property {string} [auth] a token
 * @property {'v1' | 'v2'} [version]
 * @property {string} [id]
 *
 * @typedef {object} Answer
 * @property {string} correlation_id
 * @property {'ok' | 'error'} status
 * @property {any} data
 * @property {string | null} error
 */

/** Opens a client of the API over AMQP: a queue of its own for the answers, which are told apart by the requests' ids. */
export async function openTaskClient() {
  // of several hosts, which stand between commas, the first
  const url = addressOf('rabbitmq_url', 'RABBITMQ_URL', 'amqp://guest:guest@127.0.0.1:5672').replace(/,[^/?#]*/, '');
  const connection = await amqp.connect(url, { timeout: 5_000, noDelay: true });
  connection.on('error', () => undefined); // what waits for it hears of it
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  /** @type {Map<string, (answer: Answer) => void>} */
  const waiting = new Map();
  await channel.consume(
    queue,
    (message) => {
      if (!message) return;
      waiting.get(message.properties.correlationId)?.(JSON.parse(message.content.toString()));
    },
    { noAck: true },
  );

  /** @param {Asked} asked @returns {Promise<Answer>} */
  async function ask({ action, data = {}, auth = '', version = 'v1', id = randomUUID() }) {
    const body = Buffer.from(JSON.stringify({ id, version, action, data, auth }));
    const properties = { correlationId: id, replyTo: queue, persistent: true, contentType: 'application/json' };
    let timer;
    try {
      return await new Promise((resolve, reject) => {
        waiting.set(id, resolve);
        timer = setTimeout(() => reject(new Error(`no answer to ${action} in ${answerWithinMs} ms`)), answerWithinMs);
        channel.publish('api.direct', 'api.requests', body, properties);
      });
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  }
  return { ask, close: () => connection.close().catch(() => undefined) };
}

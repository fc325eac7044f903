// @ts-check
/**
 * `npm run producer -- user42 fact:6 freq:abracadabra`, or `npm run producer -- user42,fact:6`: sends messages to `task_queue`, and ends
 * when the broker has them on its disk.
 */
import amqp from 'amqplib';
import { randomUUID } from 'node:crypto';
import { addressOf } from './running-product.mjs';

const queue = 'task_queue';
/** Bears an id from the beginning, so that its consumers need not give it one. */
const idHeader = 'x-delivery-id';

const messages = process.argv
  .slice(2)
  .flatMap((argument) => argument.split(','))
  .map((message) => message.trim())
  .filter((message) => message !== '');

if (messages.length === 0) {
  console.error(
    'Usage: npm run producer -- <message>… , with commas or blanks between them: user42 fact:6 freq:abracadabra',
  );
  process.exit(2);
}

try {
  await send();
  for (const message of messages) console.log(` [x] sent: ${message}`);
} catch (error) {
  console.error(`Not sent: ${/** @type {Error} */ (error).message || error}`);
  process.exitCode = 1;
}

async function send() {
  // of several hosts, which stand between commas, the first
  const url = addressOf('rabbitmq_url', 'RABBITMQ_URL', 'amqp://guest:guest@127.0.0.1:5672').replace(/,[^/?#]*/, '');
  const connection = await amqp.connect(url, { timeout: 5_000, noDelay: true });
  connection.on('error', () => undefined); // what waits for it hears of it
  try {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue(queue, { durable: true });
    for (const message of messages) {
      const headers = { [idHeader]: randomUUID() };
      channel.sendToQueue(queue, Buffer.from(message), { persistent: true, contentType: 'text/plain', headers });
    }
    await channel.waitForConfirms();
  } finally {
    await connection.close().catch(() => undefined);
  }
}

import { connect } from 'amqplib';
import { declareTaskTopology } from '../../support/task-client.js';
import { outstanding } from './load.js';

/** What amqplib alone can do: a request's body comes back as its answer, unread and unconfirmed; the request is acked. */
async function echo(url: string): Promise<void> {
  const connection = await connect(url, { noDelay: true });
  const channel = await connection.createChannel();
  await declareTaskTopology(channel);
  await channel.prefetch(outstanding);
  await channel.consume('api.requests', (message) => {
    if (!message) return;
    const { replyTo, correlationId } = message.properties as { replyTo: string; correlationId: string };
    channel.sendToQueue(replyTo, message.content, { correlationId });
    channel.ack(message);
  });
  process.send?.('ready');
}

void echo(process.argv[2]!);

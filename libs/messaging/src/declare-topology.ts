import type { Channel } from 'amqplib';
import { imagesExchange, queues } from '@ekphrasis/contracts';

/**
 * Declares every exchange, queue and binding of the product; what is there already stays as it is.
 * @throws when one is there with other arguments (the broker answers 406 and closes the channel)
 */
export async function declareTopology(channel: Channel): Promise<void> {
  await channel.assertExchange(imagesExchange.name, imagesExchange.type, { durable: true });
  for (const queue of queues) {
    await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
    for (const routingKey of queue.routingKeys) {
      await channel.bindQueue(queue.name, imagesExchange.name, routingKey);
    }
  }
}

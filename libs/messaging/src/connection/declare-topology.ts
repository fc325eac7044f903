import type { Channel } from 'amqplib';
import { imagesExchange, type ExchangeDeclaration, type QueueDeclaration, type Topology } from '@ekphrasis/contracts';

/**
 * How long to wait before a queue that may just have been deleted is declared again. A quorum queue that is there anew within
 * some 20 ms (RabbitMQ 3.10) keeps the consumers of the deleted one: they are not cancelled, and what the new queue gives
 * them never reaches them.
 */
export const redeclareAfterMs = 500;

/**
 * Declares every exchange, queue and binding of the product; what is there already stays as it is.
 * @throws when one is there with other arguments (the broker answers 406 and closes the channel)
 */
export async function declareTopology(channel: Channel, { queues }: Topology): Promise<void> {
  for (const { name, type } of new Set([imagesExchange, ...queues.map(exchangeOf)])) {
    await channel.assertExchange(name, type, { durable: true });
  }
  for (const queue of queues) {
    await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
    for (const routingKey of queue.routingKeys) {
      await channel.bindQueue(queue.name, exchangeOf(queue).name, routingKey);
    }
  }
}

function exchangeOf({ exchange = imagesExchange }: QueueDeclaration): ExchangeDeclaration {
  return exchange;
}

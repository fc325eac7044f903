import { quorumArguments, type QueueDeclaration } from '../jobs/queue-declaration.js';
import type { MessageContract } from '../message-contract.js';

/** Events that one app lives from: a durable queue, shared by its replicas, and where those go that nobody understands. */
export interface EventsDefinition<Event extends object = object> {
  readonly contracts: readonly MessageContract<Event>[];
  readonly queue: QueueDeclaration;
  readonly dead: QueueDeclaration;
  /** The routing key of `dead`. */
  readonly deadKey: string;
}

/** @param queue the queue's name; that of its dead letters is `<queue>.dead` */
export function defineEvents<Event extends object>(
  queue: string,
  contracts: readonly MessageContract<Event>[],
): EventsDefinition<Event> {
  const deadKey = `${queue}.dead`;
  return {
    contracts,
    deadKey,
    queue: {
      name: queue,
      routingKeys: contracts.map(({ routingKey }) => routingKey),
      arguments: quorumArguments(deadKey),
    },
    dead: { name: deadKey, routingKeys: [deadKey], arguments: quorumArguments() },
  };
}

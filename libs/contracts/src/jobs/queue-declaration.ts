export interface ExchangeDeclaration {
  name: string;
  type: 'topic' | 'direct';
}

export interface QueueDeclaration {
  name: string;
  /** What the queue is bound to: `imagesExchange`, where nothing is said. */
  exchange?: ExchangeDeclaration;
  /** What is bound to the queue from its exchange; nothing where messages come by the queue's own name. */
  routingKeys: string[];
  /** Queue arguments. All queues are durable; those of jobs are quorum queues. */
  arguments: Record<string, string | number>;
}

/** The one exchange of the product, whatever the kind of job. */
export const imagesExchange: ExchangeDeclaration = { name: 'images', type: 'topic' };

/** Refuses publishes past this many waiting messages; the outbox then keeps the rest. At-least-once dead-lettering wants a bound. */
const maxLength = 2_000_000;

/** RabbitMQ 4 drops what was delivered 20 times from a quorum queue that sets no limit; these are waited out instead. */
const noDeliveryLimit = 1_000_000_000;

/**
 * The arguments of a quorum queue.
 * @param deadLetterTo the routing key by which the broker moves what is rejected, expired or delivered too often
 */
export function quorumArguments(deadLetterTo?: string): QueueDeclaration['arguments'] {
  return {
    'x-queue-type': 'quorum',
    'x-delivery-limit': noDeliveryLimit,
    ...(deadLetterTo && {
      'x-dead-letter-exchange': imagesExchange.name,
      'x-dead-letter-routing-key': deadLetterTo,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      'x-max-length': maxLength,
    }),
  };
}

/** @throws Error where two queues have the same name, or a routing key leads to two of them */
export function checkDistinct(queues: readonly QueueDeclaration[]): void {
  for (const [what, names] of [
    ['queue', queues.map(({ name }) => name)],
    ['routing key', queues.flatMap(({ routingKeys }) => routingKeys)],
  ] as const) {
    const taken = names.find((name, index) => names.indexOf(name) !== index);
    if (taken !== undefined) throw new Error(`The ${what} ${taken} is taken`);
  }
}

import type { ExchangeDeclaration, QueueDeclaration } from './jobs/queue-declaration.js';

/** The exchange of the API over AMQP. Its clients declare it and its queues themselves: what is here never changes. */
export const requestExchange: ExchangeDeclaration = { name: 'api.direct', type: 'direct' };

/** What clients ask. */
export const requestsQueue = bound('api.requests');

/** Answers to requests that name no queue for them. */
export const answersQueue = bound('api.responses');

/** The routing keys, and queues, of requests that wait to be tried again, and of those that were given up. */
export const retriedRequestsKey = 'api.requests.retry';
export const deadRequestsKey = 'api.requests.dlq';

/**
 * The queues of the API over AMQP, classic ones, each bound under its own name.
 * @param retryDelayMs how long a request waits before it is tried again, in milliseconds. The broker refuses whoever declares the
 *   queue with another delay than it has
 */
export function requestQueues(retryDelayMs: number): QueueDeclaration[] {
  const retry = bound(retriedRequestsKey, {
    'x-message-ttl': retryDelayMs,
    'x-dead-letter-exchange': requestExchange.name,
    'x-dead-letter-routing-key': requestsQueue.name,
  });
  return [requestsQueue, answersQueue, retry, bound(deadRequestsKey)];
}

function bound(name: string, args: QueueDeclaration['arguments'] = {}): QueueDeclaration {
  return { name, exchange: requestExchange, routingKeys: [name], arguments: args };
}

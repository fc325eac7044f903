import type { ConsumeMessage } from 'amqplib';
import { headers, maxAttempts } from '@ekphrasis/contracts';
import { attemptOf } from './delivery.js';

/** A message that nobody could handle, with the reason. */
export interface DeadLetter {
  body: Buffer;
  /** The AMQP `type` property. */
  type: string;
  /** The routing key that would send it where it came from. */
  routingKey: string;
  /** Why it is dead: an error's code. */
  code: string;
  reason: string;
  attempts: number;
  /** Not dead: its worker gave it back because the broker took no messages, and it is to be sent again. */
  givenBack: boolean;
}

/**
 * Reads a message from a queue of dead letters: moved there by `Settlement`, which says why in headers of our own, or by
 * the broker itself, which does when deliveries pass the queue's limit (its consumers died before they could count), and with
 * what a worker gave back.
 */
export function deadLetterOf(message: ConsumeMessage): DeadLetter {
  const given: Record<string, unknown> = message.properties.headers ?? {};
  const text = (header: string, otherwise: string): string => {
    const value = given[header];
    return typeof value === 'string' ? value : otherwise;
  };
  const movedByUs = headers.deathCode in given;
  return {
    body: message.content,
    type: typeof message.properties.type === 'string' ? message.properties.type : '',
    routingKey: text(headers.originalRoutingKey, 'caption.requested'),
    code: text(headers.deathCode, 'attempts-exhausted'),
    reason: text(
      headers.deathReason,
      `The broker gave it up (${text('x-first-death-reason', 'for no stated reason')})`,
    ),
    attempts: movedByUs ? attemptOf(message) : maxAttempts,
    givenBack: !movedByUs && latestDeath(given) === 'rejected',
  };
}

/** The broker keeps a message's deaths, the latest first. */
function latestDeath(given: Record<string, unknown>): unknown {
  const [latest] = Array.isArray(given['x-death']) ? (given['x-death'] as { reason?: unknown }[]) : [];
  return latest?.reason;
}

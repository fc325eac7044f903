import type { ConsumeMessage } from 'amqplib';
import { headers, type EventsDefinition, type JobDefinition, type MessageContract } from '@ekphrasis/contracts';
import { attemptOf } from './delivery.js';
import type { DeliverySource } from './delivery-source.js';

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

/** What has dead letters: a kind of job, or events that are kept for somebody. */
export type DeadLetterKind = JobDefinition | EventsDefinition;

/** One of the queues of dead letters that a kind has. */
export interface DeadLetterQueue {
  readonly kind: DeadLetterKind;
  readonly queue: string;
  /** The routing key that leads there. */
  readonly deadKey: string;
  /** Whether its letters are jobs; otherwise they are reports or events. */
  readonly holdsJobs: boolean;
}

export function deadLetterQueuesOf(kind: DeadLetterKind): DeadLetterQueue[] {
  if (!isJob(kind)) return [{ kind, queue: kind.dead.name, deadKey: kind.deadKey, holdsJobs: false }];
  const { queues, keys, reports } = kind;
  const jobs = { kind, queue: queues.dead.name, deadKey: keys.dead, holdsJobs: true };
  return reports ? [jobs, { kind, queue: reports.dead.name, deadKey: reports.deadKey, holdsJobs: false }] : [jobs];
}

/** What a consumer of dead letters reads; what it cannot keep after all stays where it is. */
export function deadLetterSource({ kind, queue, deadKey }: DeadLetterQueue): DeliverySource {
  return { queue, deadKey, ...(isJob(kind) && { rowIn: (body) => kind.rowIn(body) }) };
}

/**
 * Reads a message from a queue of dead letters: moved there by `Settlement`, which says why in headers of our own, or by
 * the broker itself, which does when deliveries pass the queue's limit (its consumers died before they could count), and with
 * what a worker gave back.
 * @param kind whose dead letters these are
 */
export function deadLetterOf(message: ConsumeMessage, kind: DeadLetterKind): DeadLetter {
  const given: Record<string, unknown> = message.properties.headers ?? {};
  const text = (header: string, otherwise: string): string => {
    const value = given[header];
    return typeof value === 'string' ? value : otherwise;
  };
  const movedByUs = headers.deathCode in given;
  const type = typeof message.properties.type === 'string' ? message.properties.type : '';
  return {
    body: message.content,
    type,
    routingKey: text(headers.originalRoutingKey, contractOf(kind, type).routingKey),
    code: text(headers.deathCode, 'attempts-exhausted'),
    reason: text(
      headers.deathReason,
      `The broker gave it up (${text('x-first-death-reason', 'for no stated reason')})`,
    ),
    attempts: movedByUs || !isJob(kind) ? attemptOf(message) : kind.retry.maxAttempts,
    givenBack: !movedByUs && latestDeath(given) === 'rejected',
  };
}

function isJob(kind: DeadLetterKind): kind is JobDefinition {
  return 'request' in kind;
}

/** That of a message's type; where it is unknown one whose key leads to where such messages come from. */
function contractOf(kind: DeadLetterKind, type: string): MessageContract<object> {
  const known = isJob(kind) ? (kind.reports?.contracts ?? []) : kind.contracts;
  return known.find((contract) => contract.type === type) ?? (isJob(kind) ? kind.request : kind.contracts[0]!);
}

/** The broker keeps a message's deaths, the latest first. */
function latestDeath(given: Record<string, unknown>): unknown {
  const [latest] = Array.isArray(given['x-death']) ? (given['x-death'] as { reason?: unknown }[]) : [];
  return latest?.reason;
}

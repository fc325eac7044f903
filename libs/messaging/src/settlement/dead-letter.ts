import type { ConsumeMessage } from 'amqplib';
import { headers, type JobDefinition } from '@ekphrasis/contracts';
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

/** One of the queues of dead letters that a kind of job has. */
export interface DeadLetterQueue {
  readonly job: JobDefinition;
  readonly queue: string;
  /** Whether its letters are jobs; otherwise they are reports. */
  readonly holdsJobs: boolean;
}

export function deadLetterQueuesOf(job: JobDefinition): DeadLetterQueue[] {
  const jobs = { job, queue: job.queues.dead.name, holdsJobs: true };
  return job.reports ? [jobs, { job, queue: job.reports.dead.name, holdsJobs: false }] : [jobs];
}

/** What a consumer of dead letters reads; what it cannot keep after all stays where it is. */
export function deadLetterSource({ job, queue, holdsJobs }: DeadLetterQueue): DeliverySource {
  const deadKey = holdsJobs || !job.reports ? job.keys.dead : job.reports.deadKey;
  return { queue, deadKey, rowIn: (body) => job.rowIn(body) };
}

/**
 * Reads a message from a queue of dead letters: moved there by `Settlement`, which says why in headers of our own, or by
 * the broker itself, which does when deliveries pass the queue's limit (its consumers died before they could count), and with
 * what a worker gave back.
 * @param job the kind of job whose dead letters these are
 */
export function deadLetterOf(message: ConsumeMessage, job: JobDefinition): DeadLetter {
  const given: Record<string, unknown> = message.properties.headers ?? {};
  const text = (header: string, otherwise: string): string => {
    const value = given[header];
    return typeof value === 'string' ? value : otherwise;
  };
  const movedByUs = headers.deathCode in given;
  const type = typeof message.properties.type === 'string' ? message.properties.type : '';
  const contract = job.reports?.contracts.find((report) => report.type === type) ?? job.request;
  return {
    body: message.content,
    type,
    routingKey: text(headers.originalRoutingKey, contract.routingKey),
    code: text(headers.deathCode, 'attempts-exhausted'),
    reason: text(
      headers.deathReason,
      `The broker gave it up (${text('x-first-death-reason', 'for no stated reason')})`,
    ),
    attempts: movedByUs ? attemptOf(message) : job.retry.maxAttempts,
    givenBack: !movedByUs && latestDeath(given) === 'rejected',
  };
}

/** The broker keeps a message's deaths, the latest first. */
function latestDeath(given: Record<string, unknown>): unknown {
  const [latest] = Array.isArray(given['x-death']) ? (given['x-death'] as { reason?: unknown }[]) : [];
  return latest?.reason;
}

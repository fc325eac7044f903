import type { Channel, ConsumeMessage } from 'amqplib';
import type { JobDefinition } from '@ekphrasis/contracts';
import { attemptOf } from './delivery.js';

/** Where deliveries come from, as log lines say it. */
export interface NamedSource {
  readonly queue: string;
  /** Of a request or a report: the field that names the row it is about. */
  rowIn?(body: Uint8Array): Record<string, number | string>;
}

/** Where deliveries come from, and where they go when nobody can handle them. */
export interface DeliverySource extends NamedSource {
  /** The routing key of the dead letters. */
  readonly deadKey: string;
  /** Whose retries and deferrals a failure has; absent where a failure that comes to `Settlement` is final. */
  readonly job?: JobDefinition;
}

/** One that brings jobs. */
export interface JobSource extends DeliverySource {
  readonly job: JobDefinition;
}

/** A delivery and the channel that must answer it. */
export interface Unsettled<Source extends NamedSource = DeliverySource> {
  readonly channel: Channel;
  readonly message: ConsumeMessage;
  readonly source: Source;
}

/** @param queue the one that it is: the jobs' own, or that of isolated ones */
export function jobSource(job: JobDefinition, queue: string): JobSource {
  return { queue, job, deadKey: job.keys.dead, rowIn: (body) => job.rowIn(body) };
}

/** What every log line about a message carries. */
export function logFieldsOf({ message, source }: Unsettled<NamedSource>): Record<string, unknown> {
  return {
    messageId: message.properties.messageId as unknown,
    ...source.rowIn?.(message.content),
    queue: source.queue,
    attempt: attemptOf(message),
  };
}

import type { ConsumeMessage } from 'amqplib';
import { headers, MalformedMessageError, type MessageContract } from '@ekphrasis/contracts';

/** One message as a handler sees it. */
export interface Delivery<T> {
  message: T;
  /** Which try this is, from 1. Deliveries whose consumer died count. */
  attempt: number;
  /** Aborted when the consumer's time to drain is over: stop, and leave the message to another. */
  signal: AbortSignal;
  /** Tells that the job only waits for somebody slow, or does so no longer: its place goes to another job meanwhile. */
  slow: (isSlow: boolean) => void;
  /** For log lines: the message's id, its row's id, its queue and its attempt. */
  logFields: Record<string, unknown>;
}

/** Deliveries before this one that ended without an answer: the consumer died, froze or lost its connection. */
export function unansweredDeliveries(message: ConsumeMessage): number {
  const count: unknown = message.properties.headers?.['x-delivery-count'];
  return typeof count === 'number' ? count : 0;
}

/** Which try of the job this delivery is, from 1: what the sender counted and what the broker counted since. */
export function attemptOf(message: ConsumeMessage): number {
  const counted: unknown = message.properties.headers?.[headers.attempt];
  return (typeof counted === 'number' && counted > 0 ? counted : 1) + unansweredDeliveries(message);
}

/** How many attempts count only because the job was with a lost worker beside others: it may have had no part in that. */
export function lostBesideOthers(message: ConsumeMessage): number {
  const counted: unknown = message.properties.headers?.[headers.lostBesideOthers];
  return typeof counted === 'number' && counted > 0 ? counted : 0;
}

/** How many retries the job has had that cost no attempt. */
export function uncountedRetriesOf(message: ConsumeMessage): number {
  const counted: unknown = message.properties.headers?.[headers.uncountedRetries];
  return typeof counted === 'number' && counted > 0 ? counted : 0;
}

/** Since when the job has been deferred again and again, in milliseconds since 1970; undefined where it has not. */
export function deferredSince(message: ConsumeMessage): number | undefined {
  const since: unknown = message.properties.headers?.[headers.deferredSince];
  return typeof since === 'number' ? since : undefined;
}

/** The same, now where it has not waited before. */
export function waitingSince(message: ConsumeMessage): number {
  return deferredSince(message) ?? Date.now();
}

/**
 * Reads the message by the one of `contracts` that its `type` names.
 * @throws {MalformedMessageError} for a type that is none of them, or a body that is not as its contract says
 */
export function decode<T extends object>(message: ConsumeMessage, contracts: readonly MessageContract<T>[]): T {
  const type = String(message.properties.type);
  const contract = contracts.find((candidate) => candidate.type === type);
  if (contract) return contract.decode(message.content);
  throw new MalformedMessageError(contracts.map((candidate) => candidate.type).join(' or '), type);
}

/** `decode` for a fixed set of contracts. */
export function decoderOf<T extends object>(contracts: readonly MessageContract<T>[]): (message: ConsumeMessage) => T {
  return (message) => decode(message, contracts);
}

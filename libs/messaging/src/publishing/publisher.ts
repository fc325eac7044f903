import { Injectable, Logger } from '@nestjs/common';
import type { ConfirmChannel, Message } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { headers as ourHeaders, imagesExchange, type MessageContract } from '@ekphrasis/contracts';
import type { CodedError } from '@ekphrasis/errors';
import type { MessagingMetrics } from '@ekphrasis/observability';
import { currentTraceparent, isTracing, SpanKind, traced } from '@ekphrasis/tracing';
import { BrokerConnection } from '../connection/broker-connection.js';
import { coalesceWrites, socketOf } from '../connection/coalesce-writes.js';
import { declareTopology, redeclareAfterMs } from '../connection/declare-topology.js';
import { BrokerUnavailableError, PublishRefusedError, PublishUnknownError } from '../messaging.errors.js';
import { RecoveringChannel } from '../connection/recovering-channel.js';
import { SilentKeys } from './silent-keys.js';
import { StateMachine } from '../state-machine.js';

/** A message ready to be sent. */
export interface OutgoingMessage {
  /** The product's, `images`, by default; `''` is the broker's own, which takes a queue's name for the routing key. */
  exchange?: string;
  routingKey: string;
  /** What metrics call the routing key: for one that was made up, since each value is a time series. Itself by default. */
  destination?: string;
  /** The AMQP `type` property. */
  type: string;
  body: Uint8Array;
  /** `application/json` by default. */
  contentType?: string;
  headers?: Record<string, unknown>;
  /** Of a request and of the answer to it. */
  correlationId?: string;
  /** The queue in which whoever asks waits for the answer. */
  replyTo?: string;
  /** For news that harm nobody when lost: kept in the broker's memory only, and no failure when nobody listens. */
  transient?: boolean;
}

interface Pending {
  settle: (error?: CodedError) => void;
}

/**
 * Publishes with confirms, persistent and `mandatory`. What becomes of a message:
 *
 * | the broker              | the promise                                   |
 * |-------------------------|-----------------------------------------------|
 * | confirms                | resolves                                      |
 * | returns it (no queue)   | rejects with PublishRefusedError; the topology is declared again where it was for an exchange of ours |
 * | refuses it (queue full) | rejects with PublishRefusedError              |
 * | says nothing in time    | rejects with PublishUnknownError: it may arrive all the same; after 20 s of that the connection is renewed |
 * | goes away meanwhile     | rejects with PublishUnknownError              |
 * | was away, or is blocked | rejects with BrokerUnavailableError: nothing was sent |
 *
 * State machine: publishing -> repairing (a message came back: the topology is declared again; it goes on publishing) -> publishing;
 * either -> closed
 */
@Injectable()
export class Publisher {
  private readonly logger = new Logger(Publisher.name);
  private readonly channel: RecoveringChannel;
  private readonly pending = new Map<string, Pending>();
  private readonly silentKeys = new SilentKeys();
  private readonly state = new StateMachine<'publishing' | 'repairing' | 'closed'>('publishing', {
    publishing: ['repairing', 'closed'],
    repairing: ['publishing', 'closed'],
    closed: [],
  });

  constructor(
    private readonly connection: BrokerConnection,
    private readonly timeoutMs: number,
    private readonly metrics: MessagingMetrics,
  ) {
    this.channel = new RecoveringChannel(connection, 'publisher', async (channel) => {
      coalesceWrites(socketOf(channel));
      channel.on('return', (message: Message) => this.returned(message));
      // before amqplib's own listener, which would have each of them look refused
      channel.prependListener('close', () => this.abandon('the channel was lost'));
      await declareTopology(channel, this.connection.topology);
    });
  }

  /** Resolves when the publisher could send now, else rejects. For health checks. */
  async check(): Promise<void> {
    this.open();
  }

  /** For how long the broker has taken no messages, for want of memory or disk, in milliseconds; 0 while it takes them. */
  get blockedForMs(): number {
    return this.connection.blockedForMs;
  }

  /** Calls back now where the broker takes no messages, whenever it begins to, and when it takes them again. @returns a function that ends it */
  onBlocked(listener: (isBlocked: boolean) => void): () => void {
    return this.connection.onBlocked(listener);
  }

  send<T extends object>(contract: MessageContract<T>, message: T, { transient = false } = {}): Promise<void> {
    const { routingKey, type } = contract;
    return this.publish({ routingKey, type, body: contract.encode(message), transient });
  }

  async publish(message: OutgoingMessage): Promise<void> {
    if (!isTracing()) return this.transmit(message);
    const attributes = { 'messaging.system': 'rabbitmq', 'messaging.destination.name': message.routingKey };
    return traced(
      `publish ${message.destination ?? message.routingKey}`,
      { kind: SpanKind.PRODUCER, attributes },
      () => {
        const headers = { ...message.headers, [ourHeaders.traceparent]: currentTraceparent() };
        return this.transmit({ ...message, headers });
      },
    );
  }

  private async transmit(message: OutgoingMessage): Promise<void> {
    const channel = this.open();
    const messageId = randomUUID();
    const destination = message.destination ?? message.routingKey;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        settle(new PublishUnknownError(`no answer in ${this.timeoutMs} ms`));
        this.missed(destination, channel);
      }, this.timeoutMs);
      const settle = (error?: CodedError): void => {
        if (!this.pending.delete(messageId)) return;
        clearTimeout(timer);
        this.metrics.sent({ destination, operation: 'publish', errorType: error?.code });
        if (error) reject(error);
        else resolve();
      };
      this.pending.set(messageId, { settle });
      try {
        channel.publish(
          message.exchange ?? imagesExchange.name,
          message.routingKey,
          Buffer.from(message.body.buffer, message.body.byteOffset, message.body.byteLength),
          {
            persistent: !message.transient,
            mandatory: !message.transient,
            messageId,
            type: message.type,
            contentType: message.contentType ?? 'application/json',
            timestamp: Math.floor(Date.now() / 1000),
            ...(message.headers && { headers: message.headers }),
            ...(message.correlationId !== undefined && { correlationId: message.correlationId }),
            ...(message.replyTo !== undefined && { replyTo: message.replyTo }),
          },
          (refusal: unknown) => {
            this.silentKeys.answered(destination);
            settle(refusal ? new PublishRefusedError(message.routingKey, 'the queue takes no more') : undefined);
          },
        );
      } catch (error) {
        settle(new BrokerUnavailableError('the channel is closing', error));
      }
    });
  }

  async close(): Promise<void> {
    this.state.to('closed');
    await this.channel.close();
    this.abandon('the publisher was closed');
  }

  /** An alarm is waited for; a connection that was lost meanwhile has been made anew already. */
  private missed(destination: string, channel: ConfirmChannel): void {
    if (this.connection.blocked || this.channel.current !== channel) return;
    if (this.silentKeys.unanswered(destination))
      this.connection.renew(`nothing for ${destination} is confirmed any more`);
  }

  private open(): ConfirmChannel {
    const channel = this.channel.current;
    if (!channel) throw new BrokerUnavailableError('no open channel');
    if (this.connection.blocked) throw new BrokerUnavailableError(`it takes no messages: ${this.connection.blocked}`);
    return channel;
  }

  /** The return comes before the confirm, which then finds the message settled. */
  private returned(message: Message): void {
    const messageId = message.properties.messageId as string;
    this.pending.get(messageId)?.settle(new PublishRefusedError(message.fields.routingKey, 'no queue is bound for it'));
    // what was sent by a queue's name may have been for a queue that others made, and took away
    if (message.fields.exchange !== '') void this.repair(message.fields.routingKey);
  }

  /** On a channel of its own: closing the publishing one would make the fate of what is in flight unknown. */
  private async repair(routingKey: string): Promise<void> {
    const connection = this.connection.current;
    if (!this.state.is('publishing') || !connection) return;
    this.state.to('repairing');
    this.logger.warn(`no queue is bound for ${routingKey}: declaring the topology again`);
    try {
      await pause(redeclareAfterMs, undefined, { ref: false });
      const channel = await connection.createChannel();
      channel.on('error', (error: Error) => this.logger.error(`cannot declare the topology: ${error.message}`));
      await declareTopology(channel, this.connection.topology);
      await channel.close();
    } catch (error) {
      this.logger.error(`cannot declare the topology: ${(error as Error).message}`);
    } finally {
      if (this.state.is('repairing')) this.state.to('publishing');
    }
  }

  private abandon(detail: string): void {
    for (const { settle } of [...this.pending.values()]) settle(new PublishUnknownError(detail));
  }
}

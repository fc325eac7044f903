import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import { Logger } from '@nestjs/common';
import type { ChannelModel } from 'amqplib';
import type { Duplex } from 'node:stream';
import type { Topology } from '@ekphrasis/contracts';

const sameReasonEveryMs = 10_000;

/**
 * One connection to the broker, reconnected for ever by golevelup's module. Channels are not taken from that module:
 * its own buffer publishes without bound while the broker is away and never resubscribe a cancelled consumer.
 *
 * State machine: away -> connected -> (heartbeat lost, closed, frozen) -> away -> …
 */
export class BrokerConnection {
  private readonly logger = new Logger(BrokerConnection.name);
  private blockage?: { reason: string; since: number };
  private readonly blockListeners = new Set<(isBlocked: boolean) => void>();
  private said = { reason: '', at: 0 };

  constructor(
    private readonly amqp: AmqpConnection,
    readonly name: string,
    /** What is declared whenever a channel is opened. */
    readonly topology: Topology,
  ) {
    this.amqp.managedConnection.on('blocked', ({ reason }) => this.changeBlockage({ reason, since: Date.now() }));
    this.amqp.managedConnection.on('unblocked', () => this.changeBlockage());
    this.amqp.managedConnection.on('disconnect', () => this.changeBlockage());
    this.amqp.managedConnection.on('connectFailed', ({ err }) => this.tellFailure(err));
  }

  /** The connection there is now, or undefined while the broker is away. */
  get current(): ChannelModel | undefined {
    return this.amqp.managedConnection.connection;
  }

  /** Why the broker takes no publishes (a memory or disk alarm), or undefined while it does. */
  get blocked(): string | undefined {
    return this.blockage?.reason;
  }

  /** For how long it has taken none, in milliseconds; 0 while it does. */
  get blockedForMs(): number {
    return this.blockage ? Date.now() - this.blockage.since : 0;
  }

  /** Calls back now where the broker takes no publishes, whenever it begins to, and when it takes them again. @returns a function that ends it */
  onBlocked(listener: (isBlocked: boolean) => void): () => void {
    this.blockListeners.add(listener);
    if (this.blockage) listener(true);
    return () => this.blockListeners.delete(listener);
  }

  /** Breaks the connection, which is then made anew, to the next host where there are several. */
  renew(reason: string): void {
    const connection = this.current;
    if (!connection) return;
    this.logger.warn(`${this.name} connects anew: ${reason}`);
    // a polite close would wait for an answer of the broker
    (connection.connection as unknown as { stream: Duplex }).stream.destroy(new Error(reason));
  }

  /** Calls back now where connected, and after every reconnect. @returns a function that ends it */
  onConnected(listener: () => void): () => void {
    this.amqp.managedConnection.on('connect', listener);
    if (this.current) queueMicrotask(listener);
    return () => this.amqp.managedConnection.off('connect', listener);
  }

  private changeBlockage(blockage?: { reason: string; since: number }): void {
    if (this.blockage === undefined && blockage === undefined) return;
    this.blockage = blockage;
    for (const listener of this.blockListeners) listener(blockage !== undefined);
  }

  /** It is tried every second: the same reason is said less often. */
  private tellFailure(error: Error & { code?: string }): void {
    // the failures of several addresses come as one error without a message
    const reason = error.message || (error.code ?? error.name);
    if (reason === this.said.reason && Date.now() - this.said.at < sameReasonEveryMs) return;
    this.said = { reason, at: Date.now() };
    this.logger.warn(`waiting for RabbitMQ (${this.name}): ${reason}`);
  }

  async close(): Promise<void> {
    await this.amqp.managedConnection.close();
  }
}

/**
 * Publishing and consuming have a connection each: an alarm on the broker blocks connections that publish, and what is
 * consumed must still be acked then.
 */
export class PublishingConnection extends BrokerConnection {}
export class ConsumingConnection extends BrokerConnection {}

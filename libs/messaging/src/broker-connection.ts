import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import type { ChannelModel } from 'amqplib';

/**
 * One connection to the broker, reconnected for ever by golevelup's module. Channels are not taken from that module:
 * its own buffer publishes without bound while the broker is away and never resubscribe a cancelled consumer.
 *
 * State machine: away -> connected -> (heartbeat lost, closed, frozen) -> away -> …
 */
export class BrokerConnection {
  private reasonBlocked?: string;

  constructor(
    private readonly amqp: AmqpConnection,
    readonly name: string,
  ) {
    this.amqp.managedConnection.on('blocked', ({ reason }) => (this.reasonBlocked = reason));
    this.amqp.managedConnection.on('unblocked', () => (this.reasonBlocked = undefined));
    this.amqp.managedConnection.on('disconnect', () => (this.reasonBlocked = undefined));
  }

  /** The connection there is now, or undefined while the broker is away. */
  get current(): ChannelModel | undefined {
    return this.amqp.managedConnection.connection;
  }

  /** Why the broker takes no publishes (a memory or disk alarm), or undefined while it does. */
  get blocked(): string | undefined {
    return this.reasonBlocked;
  }

  /** Calls back now where connected, and after every reconnect. @returns a function that ends it */
  onConnected(listener: () => void): () => void {
    this.amqp.managedConnection.on('connect', listener);
    if (this.current) queueMicrotask(listener);
    return () => this.amqp.managedConnection.off('connect', listener);
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

import { Logger } from '@nestjs/common';
import { imagesExchange, type MessageContract } from '@ekphrasis/contracts';
import { BrokerConnection } from './broker-connection.js';
import { decode } from './delivery.js';
import { Subscription } from './subscription.js';

export interface BroadcastListenerOptions<T extends object> {
  contract: MessageContract<T>;
  onMessage: (message: T) => void;
  /** Called whenever the binding is in place, at the start and after every reconnect: what was sent before it never comes. */
  onBound: () => void;
}

/** Receives every message of one contract, in this process alone: an exclusive queue that dies with its connection. */
export class BroadcastListener<T extends object> {
  private readonly logger = new Logger(BroadcastListener.name);
  private readonly subscription: Subscription;

  constructor(connection: BrokerConnection, options: BroadcastListenerOptions<T>) {
    const { contract, onMessage, onBound } = options;
    this.subscription = new Subscription(connection, `broadcast ${contract.routingKey}`, {
      queue: async (channel) => {
        const { queue } = await channel.assertQueue('', { exclusive: true, durable: false });
        await channel.bindQueue(queue, imagesExchange.name, contract.routingKey);
        return queue;
      },
      prefetch: 1_000,
      onMessage: (message, channel) => {
        try {
          onMessage(decode(message, [contract]));
        } catch (error) {
          this.logger.error(`ignored a broadcast: ${(error as Error).message}`);
        }
        channel.ack(message);
      },
      onSubscribed: onBound,
    });
  }

  /** Resolves while bound, rejects otherwise. For health checks. */
  check(): Promise<void> {
    return this.subscription.check();
  }

  async stop(): Promise<void> {
    await this.subscription.cancel();
    await this.subscription.close();
  }
}

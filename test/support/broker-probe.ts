import { connect, type Channel, type ChannelModel, type GetMessage, type Options } from 'amqplib';
import { until } from './until.js';

/** A look into a broker's queues, on a connection of its own. */
export class BrokerProbe {
  private constructor(
    private readonly connection: ChannelModel,
    private readonly channel: Channel,
  ) {}

  static async open(url: string): Promise<BrokerProbe> {
    const connection = await connect(url, { clientProperties: { connection_name: 'probe' } });
    connection.on('error', () => undefined);
    return new BrokerProbe(connection, await connection.createChannel());
  }

  /** Messages that wait in a queue; those that a consumer holds are not counted. */
  async depth(queue: string): Promise<number> {
    return (await this.channel.checkQueue(queue)).messageCount;
  }

  /** Waits until exactly so many wait: of a quorum queue whose leader does not answer at once the broker says 0. */
  async expectDepth(queue: string, count: number): Promise<void> {
    await until(`${count} messages wait in ${queue}`, async () => (await this.depth(queue)) === count);
  }

  async consumers(queue: string): Promise<number> {
    return (await this.channel.checkQueue(queue)).consumerCount;
  }

  /** Takes a message out of a queue for good; undefined where none waits. */
  async take(queue: string): Promise<GetMessage | undefined> {
    return (await this.channel.get(queue, { noAck: true })) || undefined;
  }

  /**
   * Takes what consumers that have just gone left behind: `count` messages and not one more.
   * A quorum queue takes back what a closed channel held after it has confirmed the closing, so its depth may still be without it;
   * each taking, unlike a look at the depth, has its turn behind that.
   * @throws Error where fewer or more wait
   */
  async expectLeft(queue: string, count: number): Promise<void> {
    for (let taken = 0; taken < count; taken += 1) {
      await until(`${queue}: message ${taken + 1} of ${count} waits`, () => this.take(queue));
    }
    const further = await this.take(queue);
    if (further) throw new Error(`${queue} has more than ${count} messages: ${further.content.toString()}`);
  }

  publish(exchange: string, routingKey: string, body: string, options: Options.Publish = {}): void {
    this.channel.publish(exchange, routingKey, Buffer.from(body), { persistent: true, ...options });
  }

  async bind(queue: string, exchange: string, routingKey: string): Promise<void> {
    await this.channel.bindQueue(queue, exchange, routingKey);
  }

  async deleteQueue(queue: string): Promise<void> {
    await this.channel.deleteQueue(queue);
  }

  /** Deletes a queue and puts one of another kind in its place, before anybody can declare the right one again. */
  async replaceByClassicQueue(queue: string): Promise<void> {
    const deleted = this.channel.deleteQueue(queue);
    const declared = this.channel.assertQueue(queue, { durable: true });
    await Promise.all([deleted, declared]);
  }

  /**
   * Deletes a queue and declares it again before anybody else can: its consumers are not told, and the broker goes on counting
   * them (RabbitMQ 3.10).
   */
  async replaceByQuorumQueue(queue: string, args: Record<string, unknown>): Promise<void> {
    const deleted = this.channel.deleteQueue(queue);
    const declared = this.channel.assertQueue(queue, { durable: true, arguments: args });
    await Promise.all([deleted, declared]);
  }

  /** Removes everything that is bound to an exchange, the broker's own exclusive queues included. @param managementUrl where its HTTP API is */
  async unbindAll(managementUrl: string, exchange: string): Promise<void> {
    const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`;
    const response = await fetch(`${managementUrl}/api/exchanges/%2F/${exchange}/bindings/source`, {
      headers: { authorization },
    });
    const bindings = (await response.json()) as { destination: string; routing_key: string }[];
    for (const { destination, routing_key } of bindings) {
      const url = `${managementUrl}/api/bindings/%2F/e/${exchange}/q/${encodeURIComponent(destination)}/${encodeURIComponent(routing_key)}`;
      await fetch(url, { method: 'DELETE', headers: { authorization } });
    }
  }

  async deleteExchange(exchange: string): Promise<void> {
    await this.channel.deleteExchange(exchange);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}

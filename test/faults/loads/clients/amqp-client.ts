import { connect, type ChannelModel, type ConfirmChannel, type ConsumeMessage, type Options } from 'amqplib';
import { setTimeout as pause } from 'node:timers/promises';

const againAfterMs = 250;

/** What is open now. */
interface Session {
  connection: ChannelModel;
  channel: ConfirmChannel;
  /** Of the client alone: it goes with the connection. */
  replyTo: string;
}

/** A program that speaks AMQP, on a connection of its own that it opens again when it is lost. */
export class AmqpClient {
  private session?: Session;
  private isClosed = false;
  private readonly work: Promise<void>;

  /** @param onReply receives what comes to `replyTo` */
  private constructor(
    private readonly url: string,
    private readonly onReply: (message: ConsumeMessage) => void,
    opened: () => void,
  ) {
    this.work = this.keepOpen(opened);
  }

  static async open(url: string, onReply: (message: ConsumeMessage) => void = () => undefined): Promise<AmqpClient> {
    let client: AmqpClient;
    await new Promise<void>((opened) => (client = new AmqpClient(url, onReply, opened)));
    return client!;
  }

  /** The queue to which answers come now; undefined while there is no connection. */
  get replyTo(): string | undefined {
    return this.session?.replyTo;
  }

  /** Resolves when the broker has confirmed it. @throws where there is no connection, or it is lost before that: it may have been taken all the same */
  async publish(exchange: string, routingKey: string, body: string, options: Options.Publish): Promise<void> {
    const { session } = this;
    if (!session) throw new Error('no connection');
    await new Promise<void>((resolve, reject) => {
      session.channel.publish(exchange, routingKey, Buffer.from(body), { persistent: true, ...options }, (error) =>
        error ? reject(error as Error) : resolve(),
      );
      session.connection.once('close', () => reject(new Error('the connection was lost')));
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.session?.connection.close().catch(() => undefined);
    await this.work;
  }

  private async keepOpen(opened: () => void): Promise<void> {
    while (!this.isClosed) {
      try {
        const { closed } = await this.openSession();
        opened();
        await closed;
      } catch {
        // as long as the broker is away
      }
      this.session = undefined;
      if (!this.isClosed) await pause(againAfterMs);
    }
  }

  /** @returns `closed` resolves when the connection has ended */
  private async openSession(): Promise<{ closed: Promise<void> }> {
    const connection = await connect(this.url, { timeout: 5_000 });
    connection.on('error', () => undefined);
    connection.setMaxListeners(0);
    const closed = new Promise<void>((resolve) => connection.once('close', () => resolve()));
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined);
    const { queue: replyTo } = await channel.assertQueue('', { exclusive: true });
    await channel.consume(replyTo, (message) => message && this.onReply(message), { noAck: true });
    this.session = { connection, channel, replyTo };
    return { closed };
  }
}

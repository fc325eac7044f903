import { connect, type Channel, type ChannelModel, type ConsumeMessage, type Options } from 'amqplib';
import { randomUUID } from 'node:crypto';

export interface Answer {
  correlation_id: string | null;
  status: 'ok' | 'error';
  data: any; // eslint-disable-line @typescript-eslint/no-explicit-any
  error: string | null;
}

export interface AskOptions {
  id?: string;
  version?: string;
  auth?: string;
  properties?: Options.Publish;
}

export interface DeadLetter {
  failed_at: string;
  reason: string;
  request: unknown;
  correlation_id: string | null;
  reply_to: string | null;
  headers: Record<string, unknown>;
}

/** How the protocol's clients declare its topology: written down here a second time, as they do. */
export async function declareTaskTopology(channel: Channel, retryDelayMs = 5_000): Promise<void> {
  await channel.assertExchange('api.direct', 'direct', { durable: true });
  const retry = {
    'x-message-ttl': retryDelayMs,
    'x-dead-letter-exchange': 'api.direct',
    'x-dead-letter-routing-key': 'api.requests',
  };
  const queues = { 'api.requests': {}, 'api.responses': {}, 'api.requests.retry': retry, 'api.requests.dlq': {} };
  for (const [name, args] of Object.entries(queues)) {
    await channel.assertQueue(name, { durable: true, arguments: args });
    await channel.bindQueue(name, 'api.direct', name);
  }
}

/** A client of the API over AMQP, on a connection of its own. It knows the wire alone. */
export class TaskClient {
  /** Every answer that came, with its properties. */
  readonly received: ConsumeMessage[] = [];
  private readonly waiting = new Map<string, (message: ConsumeMessage) => void>();

  private constructor(
    private readonly connection: ChannelModel,
    readonly channel: Channel,
    readonly replyTo: string,
    private readonly onAnswer: (message: ConsumeMessage) => void,
  ) {}

  /**
   * @param replyTo a queue of its own by default
   * @param onAnswer hears of every answer
   */
  static async open(
    url: string,
    replyTo?: 'amq.rabbitmq.reply-to',
    onAnswer: (message: ConsumeMessage) => void = () => undefined,
  ): Promise<TaskClient> {
    const connection = await connect(url);
    connection.on('error', () => undefined);
    const channel = await connection.createChannel();
    const queue = replyTo ?? (await channel.assertQueue('', { exclusive: true })).queue;
    const client = new TaskClient(connection, channel, queue, onAnswer);
    await channel.consume(queue, (message) => message && client.take(message), { noAck: true });
    return client;
  }

  /** @returns the answer, parsed; waits for it as long as it takes */
  async ask(action: string, data: object = {}, options: AskOptions = {}): Promise<Answer> {
    return JSON.parse(await this.askText(action, data, options)) as Answer;
  }

  /** @returns the answer's body, as it came */
  async askText(action: string, data: object = {}, options: AskOptions = {}): Promise<string> {
    const { id = randomUUID(), version = 'v1', auth = '', properties } = options;
    const body = JSON.stringify({ id, version, action, data, auth });
    return (await this.send(body, { correlationId: id, ...properties })).content.toString();
  }

  /** Sends any body. Two requests with one correlation id must not be under way at once. */
  send(body: string | Buffer, properties: Options.Publish): Promise<ConsumeMessage> {
    const correlationId = String(properties.correlationId);
    const answered = new Promise<ConsumeMessage>((resolve) => this.waiting.set(correlationId, resolve));
    this.publish(body, properties);
    return answered;
  }

  /** Sends and waits for nothing. */
  publish(body: string | Buffer, properties: Options.Publish = {}): void {
    const all = { replyTo: this.replyTo, persistent: true, ...properties };
    this.channel.publish('api.direct', 'api.requests', Buffer.from(body), all);
  }

  /** A new user's token. */
  async logIn(email = `${randomUUID()}@example.com`): Promise<string> {
    await this.ask('register', { email, password: 'correct horse', full_name: 'Ada Lovelace' });
    const { data } = await this.ask('login', { email, password: 'correct horse' });
    return (data as { access_token: string }).access_token;
  }

  /** Takes one dead letter; undefined where none waits. */
  async takeDead(): Promise<DeadLetter | undefined> {
    const message = await this.channel.get('api.requests.dlq', { noAck: true });
    return message ? (JSON.parse(message.content.toString()) as DeadLetter) : undefined;
  }

  async close(): Promise<void> {
    await this.connection.close().catch(() => undefined);
  }

  private take(message: ConsumeMessage): void {
    this.received.push(message);
    this.onAnswer(message);
    const id = String(message.properties.correlationId);
    this.waiting.get(id)?.(message);
    this.waiting.delete(id);
  }
}

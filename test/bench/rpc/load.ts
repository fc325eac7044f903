import { connect, type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { coalesceWrites, socketOf } from '../../../libs/messaging/src/connection/coalesce-writes.js';

/** Requests under way at once. */
export const outstanding = 64;
const connections = 4;

export interface Measured {
  perSecond: number;
  /** From sending to the answer, each in milliseconds. */
  latencies: number[];
}

/** Keeps `outstanding` requests under way in the queue `api.requests`, over several connections. */
export class Load {
  private readonly waiting = new Map<string, (message: ConsumeMessage) => void>();

  private constructor(
    private readonly open: readonly ChannelModel[],
    private readonly lanes: readonly { channel: Channel; replyTo: string }[],
  ) {}

  static async open(url: string): Promise<Load> {
    const open = await Promise.all(Array.from({ length: connections }, () => connect(url, { noDelay: true })));
    const channels = await Promise.all(open.map((connection) => connection.createChannel()));
    const lanes = await Promise.all(
      channels.map(async (channel) => {
        coalesceWrites(socketOf(channel));
        return { channel, replyTo: (await channel.assertQueue('', { exclusive: true })).queue };
      }),
    );
    const load = new Load(open, lanes);
    for (const { channel, replyTo } of lanes) {
      await channel.consume(replyTo, (message) => message && load.take(message), { noAck: true });
    }
    return load;
  }

  /** @param bodyOf the request with that id @param isAnswer whether an answer is what was asked for; the first one is looked at */
  async run(milliseconds: number, bodyOf: (id: string) => string, isAnswer = /"status":"ok"/): Promise<Measured> {
    const latencies: number[] = [];
    const startedAt = performance.now();
    const first = await this.ask(0, bodyOf);
    if (!isAnswer.test(first)) throw new Error(`Expected ${isAnswer} as an answer but received ${first}`);
    const lane = async (index: number): Promise<void> => {
      while (performance.now() - startedAt < milliseconds) {
        const sentAt = performance.now();
        await this.ask(index, bodyOf);
        latencies.push(performance.now() - sentAt);
      }
    };
    await Promise.all(Array.from({ length: outstanding }, (_, index) => lane(index)));
    return { perSecond: (latencies.length * 1_000) / (performance.now() - startedAt), latencies };
  }

  async close(): Promise<void> {
    await Promise.all(this.open.map((connection) => connection.close()));
  }

  private async ask(index: number, bodyOf: (id: string) => string): Promise<string> {
    const id = randomUUID();
    const { channel, replyTo } = this.lanes[index % connections]!;
    const answer = await new Promise<ConsumeMessage>((resolve) => {
      this.waiting.set(id, resolve);
      const properties = { correlationId: id, replyTo, persistent: true };
      channel.publish('', 'api.requests', Buffer.from(bodyOf(id)), properties);
    });
    return answer.content.toString();
  }

  private take(message: ConsumeMessage): void {
    const id = String(message.properties.correlationId);
    this.waiting.get(id)?.(message);
    this.waiting.delete(id);
  }
}

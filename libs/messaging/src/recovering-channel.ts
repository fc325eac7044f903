import { Logger } from '@nestjs/common';
import type { Channel, ConfirmChannel } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import { redeclareAfterMs } from './declare-topology.js';
import { settledWithin } from './settled-within.js';

/** At least `redeclareAfterMs`: whatever took the channel away may have been a deleted queue. */
const firstPauseMs = redeclareAfterMs;
const longestPauseMs = 2_000;
const goodbyeMs = 2_000;

const closedChannels = new WeakSet<Channel>();

/** Whether a channel that was opened here has closed, whoever closed it. */
export function isClosed(channel: Channel): boolean {
  return closedChannels.has(channel);
}

/**
 * A confirm channel that is opened again whenever it is lost: with its connection, by an error of its own (a deleted
 * exchange), or because its user closed it in order to have a new one.
 *
 * State machine:
 *   waiting (no connection) -> opening (channel made, `setup` runs) -> open -> lost -> pause, or waiting
 *   opening fails -> pause (500 ms, doubling to 2 s) -> opening
 *   any -> closed, by `close`; the end
 */
export class RecoveringChannel {
  private readonly logger = new Logger(RecoveringChannel.name);
  private channel?: ConfirmChannel;
  private opening = false;
  private closed = false;
  private pauseMs = firstPauseMs;
  private timer?: NodeJS.Timeout;
  private readonly stopListening: () => void;

  /**
   * @param setup runs on each new channel before it counts as open; a rejection closes the channel and tries again
   * @param lost called after an open channel is lost
   */
  constructor(
    private readonly connection: BrokerConnection,
    private readonly name: string,
    private readonly setup: (channel: ConfirmChannel) => Promise<void>,
    private readonly lost: () => void,
  ) {
    this.stopListening = connection.onConnected(() => void this.open());
  }

  /** The open channel, or undefined. */
  get current(): ConfirmChannel | undefined {
    return this.channel;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    this.stopListening();
    const channel = this.channel;
    this.channel = undefined;
    if (channel) await settledWithin(goodbyeMs, channel.close());
  }

  private async open(): Promise<void> {
    if (this.opening || this.channel || this.closed) return;
    const connection = this.connection.current;
    if (!connection) return;
    this.opening = true;
    let channel: ConfirmChannel | undefined;
    try {
      channel = await connection.createConfirmChannel();
      let usable = true;
      channel.on('error', (error: Error) => this.logger.warn(`${this.name}: channel error: ${error.message}`));
      channel.on('close', () => {
        usable = false;
        if (!channel) return;
        closedChannels.add(channel);
        this.drop(channel);
      });
      await this.setup(channel);
      if (!usable) throw new Error('the channel closed while it was set up');
      if (this.closed) return void (await channel.close().catch(() => undefined));
      this.channel = channel;
      this.pauseMs = firstPauseMs;
    } catch (error) {
      this.logger.warn(`${this.name}: cannot open a channel: ${(error as Error).message}`);
      await channel?.close().catch(() => undefined);
      this.openLater();
    } finally {
      this.opening = false;
    }
  }

  private drop(channel: ConfirmChannel): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    this.lost();
    this.openLater();
  }

  private openLater(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.open(), this.pauseMs);
    this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
  }
}

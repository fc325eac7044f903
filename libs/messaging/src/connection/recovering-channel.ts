import { Logger } from '@nestjs/common';
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import { redeclareAfterMs } from './declare-topology.js';
import { settledWithin } from './settled-within.js';

/** At least `redeclareAfterMs`: whatever took the channel away may have been a deleted queue. */
const firstPauseMs = redeclareAfterMs;
const longestPauseMs = 2_000;
const closeTimeoutMs = 2_000;
/** How long the broker may take to open a channel with all that belongs to it, or to close one. */
const answerWithinMs = 20_000;

const closedChannels = new WeakSet<Channel>();

/** How a channel is made; by default one that confirms what is published on it. */
export type MakeChannel<Opened extends Channel> = (connection: ChannelModel) => Promise<Opened>;

/** Whether a channel that was opened here has closed, whoever closed it. */
export function isClosed(channel: Channel): boolean {
  return closedChannels.has(channel);
}

/**
 * A channel, one with confirms by default, that is opened again whenever it is lost: with its connection, by an error of its own (a deleted
 * exchange), or because its user abandoned it in order to have a new one.
 *
 * State machine:
 *   waiting (no connection) -> opening (channel made, `setup` runs) -> open -> lost -> pause, or waiting
 *   opening fails -> pause (500 ms, doubling to 2 s) -> opening
 *   opening, or closing an abandoned channel, gets no answer in 20 s -> the connection is renewed -> waiting
 *   any -> closed, by `close`; the end
 *
 * A broker whose heartbeats come may still leave a channel without an answer, for ever: where a queue has lost its majority, say.
 */
export class RecoveringChannel<Opened extends Channel = ConfirmChannel> {
  private readonly logger = new Logger(RecoveringChannel.name);
  private channel?: Opened;
  private opening = false;
  private closed = false;
  private pauseMs = firstPauseMs;
  private timer?: NodeJS.Timeout;
  private readonly stopListening: () => void;

  /** @param setup runs on each new channel before it counts as open; a rejection closes the channel and tries again */
  constructor(
    private readonly connection: BrokerConnection,
    private readonly name: string,
    private readonly setup: (channel: Opened) => Promise<void>,
    private readonly make = makeConfirmChannel as MakeChannel<Channel> as MakeChannel<Opened>,
  ) {
    this.stopListening = connection.onConnected(() => void this.open());
  }

  /** The open channel, or undefined. */
  get current(): Opened | undefined {
    return this.channel;
  }

  /** Closes the open channel and opens another. */
  reopen(): void {
    if (this.channel) this.abandon(this.channel);
  }

  /** Closes a channel that was opened here; where it is the open one, another is opened. */
  abandon(channel: Channel): void {
    const closed = channel.close().catch(() => undefined);
    void this.answered(closed, 'closing a channel').catch(() => undefined);
  }

  /**
   * Opens another channel and takes it in place of the open one, which its user closes. Where that fails the old one goes as well.
   * @returns whether there is another now
   */
  async replace(): Promise<boolean> {
    const old = this.channel;
    if (!old || this.opening || this.closed) return false;
    await this.open(old);
    if (this.channel !== old) return this.channel !== undefined;
    this.abandon(old);
    return false;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    this.stopListening();
    const channel = this.channel;
    this.channel = undefined;
    if (channel) await settledWithin(closeTimeoutMs, channel.close());
  }

  /** @param old the channel whose place is taken, where there is one */
  private async open(old?: Opened): Promise<void> {
    if (this.opening || this.channel !== old || this.closed) return;
    const connection = this.connection.current;
    if (!connection) return;
    this.opening = true;
    let channel: Opened | undefined;
    try {
      let usable = true;
      const made = this.make(connection).then(async (opened) => {
        channel = opened;
        opened.on('error', (error: Error) => this.logger.warn(`${this.name}: channel error: ${error.message}`));
        opened.on('close', () => {
          usable = false;
          closedChannels.add(opened);
          this.drop(opened);
        });
        await this.setup(opened);
      });
      await this.answered(made, 'opening a channel');
      if (!usable || !channel) throw new Error('the channel closed while it was set up');
      if (this.closed) return void (await channel.close().catch(() => undefined));
      this.channel = channel;
      this.pauseMs = firstPauseMs;
    } catch (error) {
      this.logger.warn(`${this.name}: cannot open a channel: ${(error as Error).message}`);
      if (channel) this.abandon(channel);
    } finally {
      this.opening = false;
      if (!this.channel) this.openLater();
    }
  }

  /** Waits for what only the broker can do; one that does not answer loses its connection. */
  private async answered(work: Promise<unknown>, what: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.connection.renew(`${this.name}: no answer to ${what} in ${answerWithinMs} ms`);
        reject(new Error('the broker does not answer'));
      }, answerWithinMs).unref();
    });
    // where the time is up first, nobody waits for it any more
    work.catch(() => undefined);
    await Promise.race([work, expired]).finally(() => clearTimeout(timer));
  }

  private drop(channel: Opened): void {
    if (this.channel !== channel) return;
    this.channel = undefined;
    if (!this.opening) this.openLater();
  }

  private openLater(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.open(), this.pauseMs);
    this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
  }
}

function makeConfirmChannel(connection: ChannelModel): Promise<ConfirmChannel> {
  return connection.createConfirmChannel();
}

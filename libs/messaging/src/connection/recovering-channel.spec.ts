import { Logger } from '@nestjs/common';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { EventEmitter } from 'node:events';
import type { BrokerConnection } from './broker-connection.js';
import { RecoveringChannel } from './recovering-channel.js';

/** A channel that closes when it is told to, unless its broker does not answer. */
class FakeChannel extends EventEmitter {
  answers = true;

  async close(): Promise<void> {
    if (!this.answers) return new Promise(() => undefined);
    this.emit('close');
  }
}

/** A connection whose heartbeats come, whatever becomes of its channels. */
class FakeConnection {
  readonly channels: FakeChannel[] = [];
  readonly renewed: string[] = [];
  opens = true;
  private connected: () => void = () => undefined;

  get current(): ChannelModel {
    return { createConfirmChannel: () => this.createChannel() } as unknown as ChannelModel;
  }
  onConnected(listener: () => void): () => void {
    this.connected = listener;
    listener();
    return () => undefined;
  }
  renew(reason: string): void {
    this.renewed.push(reason);
    for (const channel of this.channels.splice(0)) channel.emit('close');
    this.connected();
  }
  private createChannel(): Promise<ConfirmChannel> {
    if (!this.opens) return new Promise(() => undefined);
    const channel = new FakeChannel();
    this.channels.push(channel);
    return Promise.resolve(channel as unknown as ConfirmChannel);
  }
}

describe('RecoveringChannel', () => {
  let connection: FakeConnection;
  let setup: () => Promise<void>;

  beforeEach(() => {
    Logger.overrideLogger(false);
    jest.useFakeTimers();
    connection = new FakeConnection();
    setup = async () => undefined;
  });
  afterEach(() => {
    jest.useRealTimers();
    Logger.overrideLogger(new Logger());
  });

  const open = () => new RecoveringChannel(connection as unknown as BrokerConnection, 'jobs', () => setup());
  const passes = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

  it('has the connection renewed where the broker does not answer to the opening of a channel', async () => {
    connection.opens = false;
    const channel = open();
    await passes(19_000);
    expect(connection.renewed).toEqual([]);
    connection.opens = true;
    await passes(3_000);
    expect(connection.renewed).toEqual(['jobs: no answer to opening a channel in 20000 ms']);
    expect(channel.current).toBe(connection.channels[0]);
  });

  it('has it renewed where the broker does not answer to what belongs to a channel, a subscription say', async () => {
    setup = () => new Promise(() => undefined);
    const channel = open();
    await passes(20_000);
    expect(connection.renewed).toHaveLength(1);
    setup = async () => undefined;
    await passes(3_000);
    expect(channel.current).toBe(connection.channels[0]);
  });

  it('has it renewed where an abandoned channel does not close', async () => {
    const channel = open();
    await passes(0);
    connection.channels[0]!.answers = false;
    channel.reopen();
    await passes(23_000);
    expect(connection.renewed).toEqual(['jobs: no answer to closing a channel in 20000 ms']);
    expect(channel.current).toBe(connection.channels[0]);
  });

  it('takes another channel in place of the open one, which stays until its user closes it', async () => {
    const channel = open();
    await passes(0);
    const [first] = connection.channels;
    expect(await channel.replace()).toBe(true);
    expect(channel.current).toBe(connection.channels[1]);
    await first!.close();
    expect(channel.current).toBe(connection.channels[1]);
  });

  it('opens again where the open channel is lost while another is opened in its place, and that fails', async () => {
    const channel = open();
    await passes(0);
    setup = async () => {
      connection.channels[0]!.emit('close');
      throw new Error('no');
    };
    expect(await channel.replace()).toBe(false);
    setup = async () => undefined;
    await passes(3_000);
    expect(channel.current).toBe(connection.channels[2]);
  });

  it('gives up the open channel where none can take its place', async () => {
    const channel = open();
    await passes(0);
    setup = () => Promise.reject(new Error('no'));
    expect(await channel.replace()).toBe(false);
    setup = async () => undefined;
    await passes(3_000);
    expect(channel.current).toBe(connection.channels.at(-1));
  });
});

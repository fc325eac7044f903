import type { AmqpFrame } from '../../support/network/amqp-frames.js';
import type { AmqpLink } from '../../support/network/amqp-link.js';

/** One channel of one connection through a link. */
export function channelOf({ connection, channel }: AmqpFrame): string {
  return `${connection}/${channel}`;
}

/** Counts what was published on each channel since it was opened: the broker's confirms name a message by that number. */
export class PublishCounter {
  private readonly counts = new Map<string, number>();

  constructor(link: AmqpLink) {
    link.frames((frame) => {
      if (frame.method === 'channel.open') this.counts.set(channelOf(frame), 0);
      if (frame.method === 'basic.publish') this.counts.set(channelOf(frame), this.before(frame) + 1);
    });
  }

  /** Messages that have passed on this frame's channel before it. */
  before(frame: AmqpFrame): number {
    return this.counts.get(channelOf(frame)) ?? 0;
  }
}

import type { Channel } from 'amqplib';
import type { Writable } from 'node:stream';

const coalesced = new WeakSet<Writable>();

/**
 * Lets what is written to a socket in one turn of the event loop leave in one system call: amqplib writes every message and
 * every ack by itself, which costs both ends a call each.
 */
export function coalesceWrites(socket: Writable): void {
  if (coalesced.has(socket)) return;
  coalesced.add(socket);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  const uncork = (): void => socket.uncork();
  socket.write = (...args: unknown[]): boolean => {
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(uncork);
    }
    return write(...args);
  };
}

/** The socket under a channel, which amqplib's types leave out. */
export function socketOf(channel: Channel): Writable {
  return (channel.connection as unknown as { stream: Writable }).stream;
}

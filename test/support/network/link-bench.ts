import { Link } from './link.js';
import { TcpEnd, TcpService } from './tcp-service.js';

/** A link with a service behind it, and clients that come through it. */
export class LinkBench {
  private readonly clients: TcpEnd[] = [];

  private constructor(
    readonly service: TcpService,
    readonly link: Link,
  ) {}

  static async open(): Promise<LinkBench> {
    const service = await TcpService.start();
    return new LinkBench(service, await Link.open(service.url));
  }

  async connectClient(): Promise<TcpEnd> {
    const client = await TcpEnd.connect(this.link.url);
    this.clients.push(client);
    return client;
  }

  /** @returns the client's end and the service's */
  async connectBoth(): Promise<[TcpEnd, TcpEnd]> {
    const number = this.service.ends.length + 1;
    return [await this.connectClient(), await this.service.end(number)];
  }

  /** @throws Error where a connection is still open after the link was closed */
  async close(): Promise<void> {
    for (const { socket } of this.clients) socket.destroy();
    await this.link.close();
    await this.service.stop();
    if (this.link.connections > 0) throw new Error(`${this.link.connections} connections are left`);
  }
}

/**
 * What was sent over a link before this was called would have arrived by the time it resolves: since then, bytes have gone
 * there and back over another link several times.
 */
export async function roundTrip(): Promise<void> {
  const other = await LinkBench.open();
  const [near, far] = await other.connectBoth();
  for (let length = 1; length <= 5; length += 1) {
    near.send('>');
    await far.receives(length);
    far.send('<');
    await near.receives(length);
  }
  await other.close();
}

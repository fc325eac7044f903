import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Gate } from './gate.js';
import { openPassage, type Passage } from './lane.js';
import { directions, LinkedConnection, type Direction } from './linked-connection.js';

/**
 * What lies between one process and one service (a broker, a database): a TCP proxy on 127.0.0.1 that can be cut, as a
 * network can. A process that is given `url` in place of the service's own address reaches it through this link alone.
 *
 * Per direction: open → cut() → cut → heal() → open. While it is cut, neither bytes nor FIN nor RST pass; sockets stay
 * open, and neither end is told. What was sent meanwhile waits, most of it in the sender's own buffers, and passes after
 * heal(), as retransmission would do it.
 */
export class Link {
  private readonly server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
  private readonly open = new Set<LinkedConnection>();
  private readonly gates: Record<Direction, Gate> = { 'to-service': new Gate(), 'from-service': new Gate() };
  private accepted = 0;
  private latency = 0;
  private isRefusing = false;

  protected constructor(private target: URL) {}

  /** @param targetUrl the service's URL, with its port, e.g. `amqp://guest:guest@127.0.0.1:5672` */
  static async open(targetUrl: string): Promise<Link> {
    return new Link(new URL(targetUrl)).listen();
  }

  /** The service's URL by way of this link; the same for all of the link's life. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Connections of later are made to another service, at this URL's host and port. */
  retarget(targetUrl: string): void {
    this.target = new URL(targetUrl);
  }

  /** How many connections are open now. One is, until both of its ends are. */
  get connections(): number {
    return this.open.size;
  }

  /** Nothing passes any more, on connections of now and of later. A connection of later is taken, but not made to the service while `to-service` is cut. */
  cut(direction: Direction | 'both' = 'both'): void {
    for (const each of directions) if (direction === 'both' || direction === each) this.gates[each].shut();
  }

  /** Everything passes again, what was sent during the cut first. */
  heal(): void {
    for (const each of directions) this.gates[each].open();
  }

  /** Every connection of now gets an RST at both ends, during a cut too. */
  reset(): void {
    for (const connection of this.open) connection.reset();
  }

  /** The service is away: every connection of now and of later gets an RST, until `admit`. */
  refuse(): void {
    this.isRefusing = true;
    this.reset();
  }

  admit(): void {
    this.isRefusing = false;
  }

  /** From now on everything takes `milliseconds` longer, each way; 0 is no delay. The order stays. */
  delay(milliseconds: number): void {
    this.latency = milliseconds;
  }

  /** Resets all connections and takes no more. Resolves when no socket is left. */
  async close(): Promise<void> {
    const serverClosed = new Promise((resolve) => this.server.close(resolve));
    this.reset();
    await Promise.all([...this.open].map((connection) => connection.ended));
    await serverClosed;
  }

  /** What stands in each direction of a connection. */
  protected passage(_connection: LinkedConnection, _direction: Direction): Passage {
    return openPassage;
  }

  protected async listen(): Promise<this> {
    if (!this.target.port) throw new Error(`Expected a port in the URL of ${this.target.host} but received none`);
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  private accept(client: Socket): void {
    if (this.isRefusing) return void client.on('error', () => undefined).resetAndDestroy();
    this.accepted += 1;
    const connection = new LinkedConnection(this.accepted, client, {
      target: { host: this.target.hostname, port: Number(this.target.port) },
      gates: this.gates,
      latency: () => this.latency,
      passage: (of, direction) => this.passage(of, direction),
    });
    this.open.add(connection);
    void connection.ended.then(() => this.open.delete(connection));
  }
}

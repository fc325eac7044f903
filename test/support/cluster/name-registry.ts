import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** Message numbers of the protocol: https://www.erlang.org/doc/apps/erts/erl_dist_protocol.html#epmd-protocol */
const alive2Request = 120;
const alive2XResponse = 118;
const portPleaseRequest = 122;
const portResponse = 119;
const namesRequest = 110;

interface Registration {
  port: number;
  /** Type, protocol, highest and lowest version, as the node gave them. */
  description: Buffer;
}

/**
 * What `epmd` is to the nodes of one machine: it knows their names and where they listen. Each node of a cluster in the tests has
 * one of its own, which may name another place for a node than where it listens: a link that can be cut.
 */
export class NameRegistry {
  private readonly registered = new Map<string, Registration>();
  private readonly sockets = new Set<Socket>();
  private creation = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    /** Where other nodes are for who asks here: the ports by the names, without their `@host`. */
    private readonly others: ReadonlyMap<string, number>,
  ) {
    server.on('connection', (socket) => this.serve(socket));
  }

  static async start(port: number, others: ReadonlyMap<string, number>): Promise<NameRegistry> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new NameRegistry(server, port, others);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const request = received.subarray(2, 2 + received.readUInt16BE(0));
      received = Buffer.alloc(0);
      this.answer(socket, request);
    });
  }

  private answer(socket: Socket, request: Buffer): void {
    const kind = request[0];
    if (kind === alive2Request) return this.register(socket, request);
    if (kind === portPleaseRequest) return void socket.end(this.placeOf(request.subarray(1).toString('utf8')));
    if (kind === namesRequest) return void socket.end(this.names());
    socket.end();
  }

  /** The registration lasts as long as the connection. */
  private register(socket: Socket, request: Buffer): void {
    const name = request.subarray(11, 11 + request.readUInt16BE(9)).toString('utf8');
    this.registered.set(name, { port: request.readUInt16BE(1), description: request.subarray(3, 9) });
    socket.on('close', () => this.registered.delete(name));
    this.creation += 1;
    const response = Buffer.from([alive2XResponse, 0, 0, 0, 0, 0]);
    response.writeUInt32BE(this.creation, 2);
    socket.write(response);
  }

  private placeOf(name: string): Buffer {
    const own = this.registered.get(name);
    const port = own?.port ?? this.others.get(name);
    if (port === undefined) return Buffer.from([portResponse, 1]);
    // a hidden node is of another type; all others are as the node that asks here
    const description =
      own?.description ?? [...this.registered.values()].find((each) => each.description[0] === 77)?.description;
    const encoded = Buffer.from(name, 'utf8');
    const head = Buffer.from([portResponse, 0, port >> 8, port & 255]);
    const length = Buffer.from([encoded.length >> 8, encoded.length & 255]);
    return Buffer.concat([head, description ?? Buffer.from([77, 0, 0, 6, 0, 5]), length, encoded, Buffer.from([0, 0])]);
  }

  private names(): Buffer {
    const port = Buffer.alloc(4);
    port.writeUInt32BE(this.port);
    const lines = [...this.registered].map(([name, { port: at }]) => `name ${name} at port ${at}\n`);
    return Buffer.concat([port, Buffer.from(lines.join(''), 'utf8')]);
  }
}

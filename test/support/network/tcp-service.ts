import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One end of a TCP connection: keeps what it receives, and remembers how it was told of the other end's death. */
export class TcpEnd {
  /** Said by the other end: `end` (FIN), or the code of the socket's error, such as `ECONNRESET`. */
  readonly told: string[] = [];
  private readonly chunks: Buffer[] = [];
  private length = 0;
  private readonly changed = new EventEmitter();

  constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.note(() => this.keep(bytes)));
    socket.on('end', () => this.note(() => this.told.push('end')));
    socket.on('error', (error: NodeJS.ErrnoException) => this.note(() => this.told.push(error.code ?? error.message)));
  }

  static async connect(url: string): Promise<TcpEnd> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    await once(socket, 'connect');
    return new TcpEnd(socket);
  }

  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Everything it received, as soon as this is `length` bytes. */
  async receives(length: number): Promise<Buffer> {
    while (this.length < length) await once(this.changed, 'change');
    return this.received;
  }

  /** What it is told first, as soon as it is. */
  async isTold(): Promise<string> {
    while (this.told[0] === undefined) await once(this.changed, 'change');
    return this.told[0];
  }

  private keep(bytes: Buffer): void {
    this.chunks.push(bytes);
    this.length += bytes.length;
  }

  private note(change: () => void): void {
    change();
    this.changed.emit('change');
  }
}

/** A TCP service of a test's own. It says nothing by itself. */
export class TcpService {
  readonly ends: TcpEnd[] = [];
  private readonly taken = new EventEmitter();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.ends.push(new TcpEnd(socket));
      this.taken.emit('taken');
    });
  }

  static async start(port = 0): Promise<TcpService> {
    const service = new TcpService(createServer({ allowHalfOpen: true }));
    service.server.listen(port, '127.0.0.1');
    await once(service.server, 'listening');
    return service;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `tcp://user:secret@127.0.0.1:${this.port}/name?option=1`;
  }

  /** The service's end of the connection that came as the `number`th, from 1. */
  async end(number = 1): Promise<TcpEnd> {
    while (this.ends.length < number) await once(this.taken, 'taken');
    return this.ends[number - 1]!;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.ends) socket.destroy();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }
}

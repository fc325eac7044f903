import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * The fuzzer's picture server: says to whoever asks for `/<step>/…` the bytes that the step decided. A trap listens on the
 * same port of an address that workers must not reach.
 */
export class PictureSource {
  /** How often somebody connected to the trap. */
  trapped = 0;
  private readonly served = new Map<number, Buffer>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly trap: Server,
  ) {
    server.on('connection', (socket) => this.answer(socket));
    trap.on('connection', (socket) => {
      this.trapped++;
      socket.destroy();
    });
  }

  static async start(): Promise<PictureSource> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const trap = createServer();
    trap.listen((server.address() as AddressInfo).port, trapAddress);
    await once(trap, 'listening');
    return new PictureSource(server, trap);
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get trapHost(): string {
    return this.host.replace('127.0.0.1', trapAddress);
  }

  serve(step: number, bytes: Buffer): void {
    this.served.set(step, bytes);
  }

  forget(step: number): void {
    this.served.delete(step);
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    this.trap.close();
  }

  private answer(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    let received = '';
    const read = (text: Buffer): void => {
      received += text.toString('latin1');
      if (!received.includes('\r\n\r\n')) return;
      socket.off('data', read).resume();
      const step = /^GET \/(\d+)\//.exec(received)?.[1];
      socket.end(
        this.served.get(Number(step)) ?? 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
      );
    };
    socket.on('data', read);
  }
}

const trapAddress = '127.0.0.2';

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** An HTTP server of a test's own; counts who connects, and closes for good. */
export class PictureServer {
  connections = 0;
  readonly requests: { url: string; headers: Record<string, unknown> }[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly scheme: string,
  ) {
    server.on('connection', (socket: Socket) => {
      this.connections++;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    server.on('request', (request) => this.requests.push({ url: request.url!, headers: request.headers }));
  }

  static async start(answer: RequestListener, address = '127.0.0.1', port = 0, tls?: { key: string; cert: string }) {
    const server = tls ? createTlsServer(tls, answer) : createServer(answer);
    const started = new PictureServer(server, tls ? 'https' : 'http');
    server.listen(port, address);
    await once(server, 'listening');
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path: string, host = '127.0.0.1'): string {
    return `${this.scheme}://${host}:${this.port}${path}`;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** What came back over a connection, until the other side closed it. */
export interface RawAnswer {
  status: number;
  contentType: string;
  body: string;
  /** From the first byte sent to the connection's end. */
  milliseconds: number;
  /** How the connection failed, where it did: `ECONNRESET`, `EPIPE`. */
  failure: string | undefined;
}

/** A connection for bytes that no HTTP client would send. */
export class RawConnection {
  private received = '';
  private failure: string | undefined;
  private readonly startedAt = performance.now();
  private closedAt?: number;
  private readonly closed: Promise<void>;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (this.received += text));
    // a reset after the answer is the answer's end too
    socket.on('error', ({ code }: NodeJS.ErrnoException) => (this.failure = code));
    this.closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        this.closedAt = performance.now();
        resolve();
      });
    });
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port || 80), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Sends some more; whether it arrives is seen by the answer. */
  write(bytes: string | Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  get isOpen(): boolean {
    return this.closedAt === undefined;
  }

  /** Waits until the other side has closed. @throws Error where it does not, or has said nothing */
  async answer(withinMs = 15_000): Promise<RawAnswer> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.socket.destroy();
    }, withinMs);
    await this.closed;
    clearTimeout(timer);
    if (isLate) throw new Error(`still open after ${withinMs} ms; received: ${this.received}`);
    return { ...parseAnswer(this.received), milliseconds: this.closedAt! - this.startedAt, failure: this.failure };
  }

  end(): void {
    this.socket.destroy();
  }
}

/** Sends bytes over a connection of their own. They should ask for its end: `connection: close`. */
export async function sendRaw(url: string, bytes: string | Uint8Array): Promise<RawAnswer> {
  const connection = await RawConnection.open(url);
  connection.write(bytes);
  return connection.answer();
}

/** A request as bytes, its header lines exactly as they are given. */
export function requestBytes(
  start: string,
  headers: readonly string[] = [],
  body: string | Uint8Array = '',
): Uint8Array {
  const head = [start, 'host: picture.example', 'connection: close', ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body as string)]);
}

/** The first answer that is final, of what may be several. */
function parseAnswer(received: string): Pick<RawAnswer, 'status' | 'contentType' | 'body'> {
  const final = received.replace(/^(?:HTTP\/1\.1 1\d\d [^]*?\r\n\r\n)+/, '');
  const match = /^HTTP\/1\.1 (\d{3})/.exec(final);
  if (!match) throw new Error(`no answer, but ${JSON.stringify(received.slice(0, 200))}`);
  const end = final.indexOf('\r\n\r\n');
  const contentType = /^content-type: (.*)$/im.exec(final.slice(0, end))?.[1]?.trim() ?? '';
  return { status: Number(match[1]), contentType, body: final.slice(end + 4) };
}

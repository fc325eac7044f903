import { connect } from 'node:net';

export interface HttpAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** What became of a request. */
export interface Exchange {
  /** The first final answer, where there was one. */
  answer: HttpAnswer | undefined;
  /** How the connection ended: by us, once the answer was whole or the time was up, or by the other side. */
  end: 'answered' | 'closed' | 'reset' | 'time is up';
  /** All that was received, at most its first megabyte. */
  received: string;
}

const mostKept = 1e6;

/** Sends bytes over a connection of their own and waits for a whole answer, however long the connection stays open. */
export function exchange(url: string, request: Buffer, withinMs: number): Promise<Exchange> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(port), hostname);
    socket.setEncoding('latin1');
    const finish = (end: Exchange['end']): void => {
      clearTimeout(timer);
      socket.removeAllListeners().on('error', () => undefined);
      socket.destroy();
      const answer = firstAnswer(received, end !== 'answered');
      resolve({ answer, end: answer && end !== 'time is up' ? 'answered' : end, received });
    };
    const timer = setTimeout(() => finish('time is up'), withinMs);
    socket.on('connect', () => socket.write(request));
    socket.on('data', (text: string) => {
      if (received.length < mostKept) received += text;
      if (firstAnswer(received, false)) finish('answered');
    });
    socket.on('error', () => finish('reset'));
    socket.on('close', () => finish('closed'));
  });
}

/** The first answer that is not 1xx. @param hasEnded whether what is there is all that there will be */
function firstAnswer(received: string, hasEnded: boolean): HttpAnswer | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [start = '', ...lines] = received.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(start)?.[1]);
  const rest = received.slice(end + 4);
  if (status === 101 || Number.isNaN(status)) return { status, contentType: '', body: rest };
  if (status < 200) return firstAnswer(rest, hasEnded);
  const header = (name: string): string | undefined =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim();
  const contentType = header('content-type') ?? '';
  const answer = { status, contentType, body: rest };
  if (hasEnded || contentType.startsWith('text/event-stream') || status === 204 || status === 304) return answer;
  const length = header('content-length');
  if (length !== undefined)
    return rest.length >= Number(length) ? { ...answer, body: rest.slice(0, Number(length)) } : undefined;
  if (header('transfer-encoding') === 'chunked')
    return /(?:^|\r\n)0\r\n(?:[^\r\n]+\r\n)*\r\n/.test(rest) ? { ...answer, body: joinChunks(rest) } : undefined;
  return undefined;
}

function joinChunks(body: string): string {
  let joined = '';
  for (let at = 0; ;) {
    const end = body.indexOf('\r\n', at);
    const length = parseInt(body.slice(at, end), 16);
    if (end < 0 || !(length > 0)) return joined;
    joined += body.slice(end + 2, end + 2 + length);
    at = end + 2 + length + 2;
  }
}

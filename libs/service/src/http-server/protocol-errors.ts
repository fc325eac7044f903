import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, type ProblemDocument } from '../problems/problem-document.js';
import { dataHeaders } from './security-headers.js';

const mediaType = 'application/problem+json';
/** Milliseconds that a client has to read why we hang up: a connection is reset when it still sends. */
const lingerMs = 1_000;

const statuses: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers bytes that Node.js cannot read as HTTP, or that come too slowly, and hangs up. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  // every further byte fails again
  if (socket.writableEnded) return;
  // Node.js keeps the answer in progress here; ours in the middle of it would be read as a part of it
  const { _httpMessage: running } = socket as Duplex & { _httpMessage?: ServerResponse | null };
  if (error.code === 'ECONNRESET' || !socket.writable || running?.headersSent) return void socket.destroy(error);
  hangUp(socket, problemWith(statuses[error.code ?? ''] ?? 400));
}

/** Answers a tunnel that we are not. */
export function answerConnect(_request: IncomingMessage, socket: Duplex): void {
  hangUp(socket, problemWith(405));
}

/** Answers an `Expect` other than `100-continue`. */
export function answerExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const problem = problemWith(417);
  const body = JSON.stringify(problem);
  const headers = { ...dataHeaders, 'content-type': mediaType, 'content-length': Buffer.byteLength(body) };
  response.writeHead(problem.status, headers).end(body);
}

/** Answers a path that cannot be decoded: nothing is there. */
export function answerUndecodablePath(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const { status } = problemOf(error);
  const problem = problemWith(status === 400 ? 404 : status);
  void reply.status(problem.status).headers(dataHeaders).type(mediaType).send(JSON.stringify(problem));
}

/** HTTP/1.1 asks servers to refuse a request that does not say whom it is for. */
export function requireHost({ raw }: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void {
  const isMissing = raw.httpVersion === '1.1' && raw.headers.host === undefined;
  const missing = (): Error =>
    Object.assign(new Error('Expected a Host header but received none'), { statusCode: 400 });
  done(isMissing ? missing() : undefined);
}

function problemWith(statusCode: number): ProblemDocument {
  return problemOf(Object.assign(new Error(STATUS_CODES[statusCode]), { statusCode }));
}

function hangUp(socket: Duplex, problem: ProblemDocument): void {
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `content-type: ${mediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(dataHeaders).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

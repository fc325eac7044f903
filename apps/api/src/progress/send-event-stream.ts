import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';

/** A client that takes nothing for so long, not even heartbeats, has gone or hangs. */
const stalledMs = 60_000;
/** What keeps proxies from holding events back. */
const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'private, no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** Answers with a stream of events; `HEAD` with its headers. @param open may throw, and then nothing was sent */
export function sendEventStream(request: FastifyRequest, reply: FastifyReply, open: () => Readable): void {
  const stream = request.method === 'HEAD' ? undefined : open();
  reply.raw.setTimeout(stalledMs);
  void reply.headers(streamHeaders).send(stream);
}

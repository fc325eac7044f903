import type { FastifyReply, FastifyRequest } from 'fastify';

/** Milliseconds that a client may go on sending before it is answered all the same. */
const longestMs = 2_000;

/**
 * Lets a client finish what nobody reads, such as the rest of a refused upload, before it is answered: a connection that is
 * closed while bytes still arrive is reset, and the answer may be lost with it. One that stays open is read on by Node.js.
 */
export function readToEnd<Payload>(
  { raw }: FastifyRequest,
  reply: FastifyReply,
  payload: Payload,
  done: (error: null, payload: Payload) => void,
): void {
  if (raw.complete || raw.destroyed || reply.raw.shouldKeepAlive) return done(null, payload);
  const answer = (): void => {
    clearTimeout(timer);
    raw.off('end', answer).off('close', answer);
    done(null, payload);
  };
  const timer = setTimeout(answer, longestMs);
  raw.once('end', answer).once('close', answer).unpipe();
  raw.resume();
}

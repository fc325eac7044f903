import type { Logger } from 'pino';
import type { ResponseObserver } from '../fastify-hooks.js';

const STREAMS = 'text/event-stream';

/** Logs answers that failed (5xx) or were slow, and no other: at thousands a second, a line each would be the work itself. */
export function createRequestLog(logger: Logger, slowAfterMs: number): ResponseObserver {
  return (request, reply) => {
    const failed = reply.statusCode >= 500;
    if (!failed && reply.elapsedTime < slowAfterMs) return;
    if (!failed && String(reply.getHeader('content-type')).startsWith(STREAMS)) return;
    const fields = {
      requestId: request.id,
      method: request.method,
      url: request.url.split('?')[0],
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    };
    if (failed) logger.error(fields, 'request failed');
    else logger.warn(fields, 'request was slow');
  };
}

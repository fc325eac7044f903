import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** RFC 9110, section 9.2.1: they change nothing. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Refuses what a page of another site has a visitor's browser send: a form needs nobody's leave to post, and could upload
 * pictures or send dead letters again. Browsers say where a request comes from, in `Sec-Fetch-Site` or else in `Origin`; other
 * clients say nothing, and may do as they like.
 */
export function refuseCrossOrigin({ raw }: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void {
  const isRefused = !safeMethods.has(raw.method ?? '') && !isOfThisOrigin(raw.headers);
  const refusal = (): Error =>
    Object.assign(new Error('Expected a request from this site’s own pages but received one from another site'), {
      statusCode: 403,
    });
  done(isRefused ? refusal() : undefined);
}

function isOfThisOrigin({ host, origin, 'sec-fetch-site': site }: IncomingMessage['headers']): boolean {
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return origin === undefined || hostOf(origin) === host?.toLowerCase();
}

/** Undefined for what is none, such as the `null` of a page without an origin. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

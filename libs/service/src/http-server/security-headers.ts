import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a browser may make of an answer that is data: nothing. */
export const dataHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;

/** Swagger UI brings its own scripts, a style in its page, and pictures in its styles; it calls this API alone. */
const documentationPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const documentation = /^\/docs(?:[/?]|$)/;

/** Sets the headers of every answer, before a handler sets others. */
export function setSecurityHeaders({ raw }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  void reply.headers(dataHeaders);
  if (documentation.test(raw.url ?? '')) void reply.header('content-security-policy', documentationPolicy);
  done();
}

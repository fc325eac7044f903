import { isUtf8 } from 'node:buffer';
import { parse } from 'node:querystring';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest, FastifyServerOptions } from 'fastify';
import { refuseCrossOrigin } from './cross-origin.js';
import { bindLightly } from './light-binding.js';
import { readToEnd } from './read-to-end.js';
import {
  answerClientError,
  answerConnect,
  answerExpectation,
  answerUndecodablePath,
  requireHost,
} from './protocol-errors.js';
import { setSecurityHeaders } from './security-headers.js';

const jsonBodyLimit = 64 * 1024;

/**
 * What a server among strangers needs: limits, and problem documents for what never becomes a request.
 * @param requestTimeout milliseconds that a request may take to arrive
 */
export function serverOptions(requestTimeout: number) {
  return {
    bodyLimit: jsonBodyLimit,
    requestTimeout,
    http: {
      requestTimeout,
      headersTimeout: Math.ceil(requestTimeout / 8),
      connectionsCheckingInterval: Math.min(1_000, Math.ceil(requestTimeout / 8)),
      requireHostHeader: false, // `requireHost` answers
    },
    clientErrorHandler: answerClientError,
    // its type depends on the route, and there is none
    frameworkErrors: answerUndecodablePath as FastifyServerOptions['frameworkErrors'],
    // a text of any length is an id that there is not
    routerOptions: { maxParamLength: 100_000 },
  };
}

/** The rest of it, which needs the server itself. To be called before it listens. */
export function guardServer(app: NestFastifyApplication): void {
  bindLightly();
  const fastify = app.getHttpAdapter().getInstance();
  for (const hook of [setSecurityHeaders, requireHost, refuseCrossOrigin]) fastify.addHook('onRequest', hook);
  fastify.addHook('onSend', readToEnd);
  fastify.server.on('connect', answerConnect).on('checkExpectation', answerExpectation);
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', { bodyLimit: jsonBodyLimit }, (request: FastifyRequest, body: Buffer, done) => {
    if (!isUtf8(body)) return done(invalidEncoding());
    return void parseJson(request, body.toString(), done);
  });
  app.useBodyParser('application/x-www-form-urlencoded', { bodyLimit: jsonBodyLimit }, (_request, body, done) =>
    done(null, parse(body.toString())),
  );
}

function invalidEncoding(): Error {
  return Object.assign(new Error('Expected UTF-8 for the body but received other bytes'), { statusCode: 400 });
}

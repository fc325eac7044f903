import type { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

export const linesType = 'application/x-ndjson';
const path = '/images/batch';
/** A thousand images with all their fields as long as they may be, and every character of them escaped. */
const jsonBytes = 16 * 1024 ** 2;

/** Lets batches be longer than other requests, and come by lines, which are read as they arrive. To be called before the app listens. */
export function acceptBatchBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    if (route.url === path) route.bodyLimit = jsonBytes;
  });
  fastify.addContentTypeParser(linesType, (request, payload: Readable, done) => {
    if (request.routeOptions.url === path) return done(null, payload);
    return done(Object.assign(new Error(`Expected ${linesType} for ${path} alone`), { statusCode: 415 }));
  });
}

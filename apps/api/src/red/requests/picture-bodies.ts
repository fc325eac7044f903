import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';

const pictureTypes = /^(?:image\/|application\/octet-stream(?:\s*;|$))/i;

/**
 * Lets a picture be the whole body of a call, whose handler gets it as a stream; elsewhere it is of a type that is not supported, as
 * before. By the route's pattern: Nest keeps one configuration of a route, which others write.
 */
export function acceptPictureBodies(app: NestFastifyApplication, route: string): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addContentTypeParser(pictureTypes, (request: FastifyRequest, body: Readable, done) => {
    if (request.routeOptions.url === route) return done(null, body);
    const message = `Unsupported Media Type: ${request.headers['content-type']}`;
    done(Object.assign(new Error(message), { statusCode: 415 }));
  });
}

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';

const takesPictures = 'takesPictures';
const pictureTypes = /^(?:image\/|application\/octet-stream(?:\s*;|$))/i;

/** A call whose body may be a picture as it is: its handler gets a stream. */
export function TakesPictures(): MethodDecorator {
  return RouteConfig({ [takesPictures]: true });
}

/** Lets pictures through to the calls that take them; elsewhere they are of a type that is not supported, as before. */
export function acceptPictureBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addContentTypeParser(pictureTypes, (request: FastifyRequest, body: Readable, done) => {
    if (takesPictures in request.routeOptions.config) return done(null, body);
    const message = `Unsupported Media Type: ${request.headers['content-type']}`;
    done(Object.assign(new Error(message), { statusCode: 415 }));
  });
}

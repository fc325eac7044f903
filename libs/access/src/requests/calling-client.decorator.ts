import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The client whose key came with the request; undefined where none came. Set by `RequestAccess`. */
    callingClient: string | undefined;
  }
}

/** The id of the client whose key came with the request, or undefined where none came. A wrong key was refused before. */
export const CallingClient = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined =>
    context.switchToHttp().getRequest<FastifyRequest>().callingClient,
);

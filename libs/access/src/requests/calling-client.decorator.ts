import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The client whose key came with the request; undefined where none came. Set by `RequestAccess`. */
    callingClient: string | undefined;
    /** Whether the operator's token came with the request. Set by `RequestAccess`. */
    isOperators: boolean;
  }
}

/** The id of the client whose key came with the request, or undefined where none came. A wrong key was refused before. */
export const CallingClient = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined =>
    context.switchToHttp().getRequest<FastifyRequest>().callingClient,
);

/** Whether the operator calls, where others may too and see less. */
export const IsOperator = createParamDecorator(
  (_: unknown, context: ExecutionContext): boolean => context.switchToHttp().getRequest<FastifyRequest>().isOperators,
);

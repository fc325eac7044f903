import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { InvalidRequestError } from '@ekphrasis/errors';

const allowed = /^[\x21-\x7e]{1,255}$/;

/** The request's `Idempotency-Key` header: 1 to 255 visible ASCII characters, or undefined where there is none. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  const key = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && allowed.test(key)) return key;
  throw new InvalidRequestError([
    'Expected 1 to 255 visible ASCII characters for Idempotency-Key but received something else',
  ]);
});

import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeyMissingError } from '../access.errors.js';

/** Lets through whom `RequestAccess` knows: nobody, in an app that lacks it. */
@Injectable()
export class ClientGuard implements CanActivate {
  /** @throws {ApiKeyMissingError} */
  canActivate(context: ExecutionContext): true {
    if (context.switchToHttp().getRequest<FastifyRequest>().callingClient === undefined) throw new ApiKeyMissingError();
    return true;
  }
}

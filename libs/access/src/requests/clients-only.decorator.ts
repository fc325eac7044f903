import { applyDecorators, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { ClientGuard } from './client.guard.js';

/** The name of clients' authentication in the OpenAPI document. */
export const CLIENT_SCHEME = 'client';

const clientsOnly = 'clientsOnly';

/** Whether the route of this configuration (`request.routeOptions.config` of Fastify) needs a key. */
export function isClientsOnly(config: object): boolean {
  return clientsOnly in config;
}

/**
 * Keeps a call to clients: it wants `Authorization: Bearer <api_key>` and is answered 401 without it. The app imports
 * `AccessModule.forRoot()`.
 */
export function ClientsOnly(): MethodDecorator {
  return applyDecorators(
    UseGuards(ClientGuard),
    RouteConfig({ [clientsOnly]: true }),
    ApiBearerAuth(CLIENT_SCHEME),
    ApiUnauthorizedResponse({ description: 'Without a client’s key (a problem document, RFC 9457)' }),
  );
}

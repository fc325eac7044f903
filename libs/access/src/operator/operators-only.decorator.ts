import { applyDecorators, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth, ApiForbiddenResponse, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { adminRoute } from '@ekphrasis/service';
import { OperatorGuard } from './operator.guard.js';

/** The name of the operator's authentication in the OpenAPI document. */
export const OPERATOR_SCHEME = 'operator';

const operatorsOnly = 'operatorsOnly';

/** Whether the route of this configuration (`request.routeOptions.config` of Fastify) is kept to the operator. */
export function isOperatorsOnly(config: object): boolean {
  return operatorsOnly in config;
}

/**
 * Keeps a call to the operator: it wants `Authorization: Bearer <ADMIN_TOKEN>`, and is answered 401 without it or with another
 * token, and 403 where ADMIN_TOKEN is not set. The app imports `AccessModule.forRoot()`.
 */
export function OperatorsOnly(): MethodDecorator {
  return applyDecorators(
    UseGuards(OperatorGuard),
    RouteConfig({ [operatorsOnly]: true, ...adminRoute }),
    ApiBearerAuth(OPERATOR_SCHEME),
    ApiUnauthorizedResponse({ description: 'Without the operator’s token (a problem document, RFC 9457)' }),
    ApiForbiddenResponse({ description: 'ADMIN_TOKEN is not set, so nobody may (a problem document, RFC 9457)' }),
  );
}

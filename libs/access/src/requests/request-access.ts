import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CodedError } from '@ekphrasis/errors';
import { ApiKeyMissingError, ApiKeyUnknownError } from '../access.errors.js';
import { AccessService } from '../access.service.js';
import { AccessSettings } from '../access.settings.js';
import { isOperatorsOnly } from '../operator/operators-only.decorator.js';
import { OperatorToken } from '../operator/operator-token.js';
import { bearerOf } from './bearer.js';
import { isClientsOnly } from './clients-only.decorator.js';
import { isOpenToAll } from './open-calls.js';

/**
 * Looks at the key of each request before anything of its body is read, and leaves the client at `request.callingClient`:
 *
 * | what comes as `Authorization: Bearer …` | on clients' calls | on calls with API_KEYS=required | on others |
 * |---|---|---|---|
 * | nothing | 401 | 401 | passes, as nobody |
 * | a key that is good | passes | passes | passes |
 * | the operator's token | 401 | passes, as nobody | passes, as nobody |
 * | anything else | 401 | 401 | 401 |
 *
 * The operator's own calls want the operator's token, and nothing is looked at on calls that are open to all: health does not hang on
 * a database. Guards hold both kinds of kept calls to the same where an app lacks this.
 */
@Injectable()
export class RequestAccess implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly settings: AccessSettings,
    private readonly operator: OperatorToken,
    private readonly access: AccessService,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.decorateRequest('callingClient', undefined);
    fastify.decorateRequest('isOperators', false);
    fastify.addHook('onRequest', (request, reply, done) => this.look(request, reply, done));
  }

  private look(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    const { url, config } = request.routeOptions;
    const { authorization } = request.headers;
    if (isOpenToAll(url)) return done();
    const refuse = (error: CodedError): void => {
      if (error.code !== 'operator-token-unset') void reply.header('www-authenticate', 'Bearer');
      done(error);
    };
    if (isOperatorsOnly(config)) {
      const refusal = this.operator.refusalOf(authorization);
      return refusal ? refuse(refusal) : done();
    }
    const shown = bearerOf(authorization);
    request.isOperators = shown !== undefined && this.operator.is(shown);
    if (shown === undefined || request.isOperators) {
      const isKeyNeeded = isClientsOnly(config) || (shown === undefined && this.settings.API_KEYS === 'required');
      return isKeyNeeded ? refuse(new ApiKeyMissingError()) : done();
    }
    const settle = (client: string | undefined): void => {
      if (client === undefined) return refuse(new ApiKeyUnknownError());
      request.callingClient = client;
      done();
    };
    const client = this.access.clientOf(shown);
    if (client instanceof Promise) client.then(settle, done);
    else settle(client);
  }
}

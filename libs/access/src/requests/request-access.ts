import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { codeOf, type CodedError } from '@ekphrasis/errors';
import { ApiKeyMissingError, ApiKeyUnknownError } from '../access.errors.js';
import { AccessService } from '../access.service.js';
import { RequestLimits } from '../limits/request-limits.js';
import { AccessSettings } from '../access.settings.js';
import { isOperatorsOnly } from '../operator/operators-only.decorator.js';
import { OperatorToken } from '../operator/operator-token.js';
import { bearerOf } from './bearer.js';
import { isClientsOnly } from './clients-only.decorator.js';
import { isHealth, isOpenToAll } from './open-calls.js';

type Refusal = CodedError | undefined;

const challenged = new Set(['operator-unknown', 'api-key-missing', 'api-key-unknown']);

/**
 * Looks at the key of each request before anything of its body is read, leaves the client at `request.callingClient`, and counts it for
 * him, or for his address:
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
    private readonly limits: RequestLimits,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.decorateRequest('callingClient', undefined);
    fastify.decorateRequest('isOperators', false);
    fastify.addHook('onRequest', (request, reply, done) => this.look(request, reply, done));
  }

  private look(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    if (isHealth(request.routeOptions.url)) return done();
    const settle = (refusal: Error | undefined): void => {
      // a wrong key counts for whom it came from
      const isLimited = !request.isOperators;
      const error = (isLimited && this.limits.refusalOf(request, reply)) || refusal;
      if (needsChallenge(error)) void reply.header('www-authenticate', 'Bearer');
      done(error);
    };
    const refusal = this.identify(request);
    if (refusal instanceof Promise) refusal.then(settle, done);
    else settle(refusal);
  }

  /** Finds out who calls. @returns why he may not; at once where his key is known */
  private identify(request: FastifyRequest): Refusal | Promise<Refusal> {
    const { url, config } = request.routeOptions;
    const { authorization } = request.headers;
    if (isOpenToAll(url)) return undefined;
    const shown = bearerOf(authorization);
    request.isOperators = shown !== undefined && this.operator.is(shown);
    if (isOperatorsOnly(config)) return this.operator.refusalOf(authorization);
    if (shown === undefined || request.isOperators) {
      const isRequired = shown === undefined && this.settings.API_KEYS === 'required';
      return isRequired || isClientsOnly(config) ? new ApiKeyMissingError() : undefined;
    }
    const client = this.access.clientOf(shown);
    return client instanceof Promise ? client.then((found) => admit(request, found)) : admit(request, client);
  }
}

function admit(request: FastifyRequest, client: string | undefined): Refusal {
  if (client === undefined) return new ApiKeyUnknownError();
  request.callingClient = client;
  return undefined;
}

/** RFC 9110, section 15.5.2: who is not known is told how to say who he is. */
function needsChallenge(error: Error | undefined): boolean {
  return error !== undefined && challenged.has(codeOf(error));
}

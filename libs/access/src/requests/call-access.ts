import { Injectable } from '@nestjs/common';
import { ApiKeyMissingError, ApiKeyUnknownError } from '../access.errors.js';
import { AccessService } from '../access.service.js';
import { AccessSettings } from '../access.settings.js';
import { OperatorToken } from '../operator/operator-token.js';
import { bearerOf } from './bearer.js';

/**
 * Who makes a call that comes over something else than HTTP, by what it carries as `authorization`:
 *
 * | what comes              | API_KEYS=optional | API_KEYS=required |
 * |-------------------------|-------------------|-------------------|
 * | nothing                 | passes, as nobody | refused           |
 * | a key that is good      | passes            | passes            |
 * | the operator's token    | passes, as nobody | passes, as nobody |
 * | anything else           | refused           | refused           |
 */
@Injectable()
export class CallAccess {
  constructor(
    private readonly settings: AccessSettings,
    private readonly operator: OperatorToken,
    private readonly access: AccessService,
  ) {}

  /**
   * @returns the client's id, at once where nothing has to be looked up; undefined for nobody's call
   * @throws {ApiKeyMissingError} {@link ApiKeyUnknownError} {@link DatabaseUnavailableError}
   */
  callerOf(authorization: string | undefined): string | undefined | Promise<string | undefined> {
    const shown = bearerOf(authorization);
    if (shown === undefined && this.settings.API_KEYS === 'required') throw new ApiKeyMissingError();
    if (shown === undefined || this.operator.is(shown)) return undefined;
    const client = this.access.clientOf(shown);
    return client instanceof Promise ? client.then(known) : known(client);
  }
}

function known(client: string | undefined): string {
  if (client === undefined) throw new ApiKeyUnknownError();
  return client;
}

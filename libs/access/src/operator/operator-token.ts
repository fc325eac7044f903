import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { OperatorTokenUnsetError, OperatorUnknownError } from '../access.errors.js';
import { AccessSettings } from '../access.settings.js';
import { bearerOf } from '../requests/bearer.js';

/** Knows the operator by the token in ADMIN_TOKEN. */
@Injectable()
export class OperatorToken {
  private readonly expected: Buffer | undefined;

  constructor({ ADMIN_TOKEN: token }: AccessSettings) {
    this.expected = token === undefined ? undefined : digestOf(token);
  }

  /** Why a request with this `Authorization` header may not call what is kept to the operator; undefined where it may. */
  refusalOf(authorization: string | undefined): OperatorTokenUnsetError | OperatorUnknownError | undefined {
    if (!this.expected) return new OperatorTokenUnsetError();
    const token = bearerOf(authorization);
    if (token && this.is(token)) return undefined;
    return new OperatorUnknownError(token ? 'another' : 'none');
  }

  /** Compares digests: they are of one length, and the time that it takes tells nothing of the token. */
  is(token: string): boolean {
    return this.expected !== undefined && timingSafeEqual(digestOf(token), this.expected);
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

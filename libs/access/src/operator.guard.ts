import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { OperatorTokenUnsetError, OperatorUnknownError } from './access.errors.js';
import { AccessSettings } from './access.settings.js';

/** Lets through who shows the operator's token (RFC 6750, section 2.1). */
@Injectable()
export class OperatorGuard implements CanActivate {
  private readonly expected: Buffer | undefined;

  constructor({ ADMIN_TOKEN: token }: AccessSettings) {
    this.expected = token === undefined ? undefined : digestOf(token);
  }

  /** @throws {OperatorTokenUnsetError} {@link OperatorUnknownError}, with the header that says how to authenticate */
  canActivate(context: ExecutionContext): true {
    if (!this.expected) throw new OperatorTokenUnsetError();
    const http = context.switchToHttp();
    const { authorization } = http.getRequest<{ headers: { authorization?: string } }>().headers;
    const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    // digests are of one length, and the time that comparing them takes tells nothing of the token
    if (token !== undefined && timingSafeEqual(digestOf(token), this.expected)) return true;
    http.getResponse<{ header(name: string, value: string): unknown }>().header('www-authenticate', 'Bearer');
    throw new OperatorUnknownError(token === undefined ? 'none' : 'another');
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

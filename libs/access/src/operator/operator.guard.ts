import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { OperatorUnknownError } from '../access.errors.js';
import { OperatorToken } from './operator-token.js';

/** Lets through who shows the operator's token (RFC 6750, section 2.1). */
@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(private readonly operator: OperatorToken) {}

  /** @throws {OperatorTokenUnsetError} {@link OperatorUnknownError}, with the header that says how to authenticate */
  canActivate(context: ExecutionContext): true {
    const http = context.switchToHttp();
    const { authorization } = http.getRequest<{ headers: { authorization?: string } }>().headers;
    const refusal = this.operator.refusalOf(authorization);
    if (!refusal) return true;
    const reply = http.getResponse<{ header(name: string, value: string): unknown }>();
    if (refusal instanceof OperatorUnknownError) reply.header('www-authenticate', 'Bearer');
    throw refusal;
  }
}

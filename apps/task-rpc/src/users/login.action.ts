import { Injectable } from '@nestjs/common';
import type { Action, Call } from '../actions/action.js';
import { isPassword } from '../callers/passwords.js';
import { Tokens } from '../callers/tokens.service.js';
import { ProcessedRequests, type Served } from '../idempotency/processed-requests.repository.js';
import { RequestRefusedError } from '../requests/request.errors.js';
import { emailIn, passwordIn } from './user-fields.js';
import { UsersRepository } from './users.repository.js';

/** `login{email,password}` -> `{access_token,token_type}` */
@Injectable()
export class LoginAction implements Action {
  readonly name = 'login';
  readonly versions = ['v1', 'v2'] as const;
  readonly access = 'email';

  constructor(
    private readonly users: UsersRepository,
    private readonly tokens: Tokens,
    private readonly processed: ProcessedRequests,
  ) {}

  async perform({ claim, request: { data } }: Call): Promise<Served> {
    const user = await this.users.byEmail(emailIn(data));
    const isTheirs = await isPassword(passwordIn(data), user?.passwordHash);
    if (!user || !isTheirs) throw new RequestRefusedError('wrong e-mail address or password');
    return this.processed.once(claim, async () => ({ access_token: this.tokens.of(user.id), token_type: 'bearer' }));
  }
}

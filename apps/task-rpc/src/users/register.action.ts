import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Action, Call } from '../actions/action.js';
import { hashPassword } from '../callers/passwords.js';
import { ProcessedRequests, type Served } from '../idempotency/processed-requests.repository.js';
import { RequestRefusedError } from '../requests/request.errors.js';
import { emailIn, fullNameIn, passwordIn } from './user-fields.js';
import { UsersRepository } from './users.repository.js';

/** `register{email,password,full_name}` -> `{id,email,full_name}` */
@Injectable()
export class RegisterAction implements Action {
  readonly name = 'register';
  readonly versions = ['v1', 'v2'] as const;
  readonly access = 'email';

  constructor(
    private readonly users: UsersRepository,
    private readonly processed: ProcessedRequests,
  ) {}

  async perform({ claim, request: { data } }: Call): Promise<Served> {
    const email = emailIn(data);
    const fullName = fullNameIn(data);
    // before the transaction: it takes a while
    const passwordHash = await hashPassword(passwordIn(data));
    const id = randomUUID();
    return this.processed.once(claim, async (transaction) => {
      const isNew = await this.users.add(transaction, { id, email, fullName, passwordHash });
      if (!isNew) throw new RequestRefusedError('Expected an e-mail address that is not registered yet for email');
      return { id, email, full_name: fullName };
    });
  }
}

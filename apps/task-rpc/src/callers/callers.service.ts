import { Injectable } from '@nestjs/common';
import { AccessService, AccessSettings } from '@ekphrasis/access';
import type { Action } from '../actions/action.js';
import { RequestRefusedError } from '../requests/request.errors.js';
import type { TaskRequest } from '../requests/task-request.js';
import { emailIn } from '../users/user-fields.js';
import type { Caller } from './caller.js';
import { Tokens } from './tokens.service.js';

const anybody: Caller = { name: 'anybody' };

/** Finds out who sent a request, by what its action asks for. */
@Injectable()
export class Callers {
  constructor(
    private readonly tokens: Tokens,
    private readonly access: AccessService,
    private readonly settings: AccessSettings,
  ) {}

  /** @throws RequestRefusedError where the action is not open to whoever it is */
  async callerOf({ access }: Action, { auth, data }: TaskRequest): Promise<Caller> {
    switch (access) {
      case 'user':
        return this.user(auth);
      case 'email':
        return { name: `email:${emailIn(data).toLowerCase()}` };
      case 'client':
        return this.client(auth);
      case 'anybody':
        return anybody;
    }
  }

  /** Whoever has logged in may ask what anybody may, and is told apart from others. */
  private async client(auth: string): Promise<Caller> {
    const clientId = auth === '' ? undefined : await this.access.clientOf(auth);
    if (clientId !== undefined) return { name: `client:${clientId}`, clientId };
    if (this.settings.API_KEYS === 'required') throw new RequestRefusedError('Expected an API key for auth');
    return auth === '' ? anybody : this.user(auth);
  }

  private user(token: string): Caller {
    const userId = this.tokens.userOf(token);
    return { name: `user:${userId}`, userId };
  }
}

import { Injectable } from '@nestjs/common';
import type { Action } from '../actions/action.js';
import type { TaskRequest } from '../requests/task-request.js';
import { emailIn } from '../users/user-fields.js';
import type { Caller } from './caller.js';
import { Tokens } from './tokens.service.js';

/** Finds out who sent a request, by what its action asks for. */
@Injectable()
export class Callers {
  constructor(private readonly tokens: Tokens) {}

  /** @throws RequestRefusedError where the action is not open to whoever it is */
  async callerOf({ access }: Action, { auth, data }: TaskRequest): Promise<Caller> {
    switch (access) {
      case 'user': {
        const userId = this.tokens.userOf(auth);
        return { name: `user:${userId}`, userId };
      }
      case 'email':
        return { name: `email:${emailIn(data).toLowerCase()}` };
      case 'anybody':
        return { name: 'anybody' };
    }
  }
}

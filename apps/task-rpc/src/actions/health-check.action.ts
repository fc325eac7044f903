import { Injectable } from '@nestjs/common';
import type { Served } from '../idempotency/processed-requests.repository.js';
import { okAnswer } from '../requests/answer.js';
import type { Action, Call } from './action.js';

/** `health_check` -> `{status}`. Its answer is always the same, so nothing of it is kept, and no database is asked. */
@Injectable()
export class HealthCheckAction implements Action {
  readonly name = 'health_check';
  readonly versions = ['v1', 'v2'] as const;
  readonly access = 'anybody';

  async perform({ claim }: Call): Promise<Served> {
    return { answer: okAnswer(claim.id, { status: 'ok' }), outcome: 'done' };
  }
}

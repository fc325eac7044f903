import { Injectable } from '@nestjs/common';
import type { Action, Call } from '../actions/action.js';
import { ProcessedRequests, type Served } from '../idempotency/processed-requests.repository.js';
import { RequestRefusedError } from '../requests/request.errors.js';
import { ownerOf } from './own-tasks.js';
import { TasksRepository } from './tasks.repository.js';

/** A broker takes no message beyond 16 MiB (RabbitMQ 4); JSON writes a byte of text in two at worst, but for control characters. */
const mostBytes = 6_000_000;

/** `list_tasks` -> all own tasks, the newest first */
@Injectable()
export class ListTasksAction implements Action {
  readonly name = 'list_tasks';
  readonly versions = ['v1', 'v2'] as const;
  readonly access = 'user';

  constructor(
    private readonly tasks: TasksRepository,
    private readonly processed: ProcessedRequests,
  ) {}

  perform(call: Call): Promise<Served> {
    return this.processed.once(call.claim, async (transaction) => {
      const tasks = await this.tasks.list(transaction, ownerOf(call), mostBytes);
      if (!tasks)
        throw new RequestRefusedError(
          `Expected at most ${mostBytes} bytes of tasks but found more: ask for single ones`,
        );
      return tasks;
    });
  }
}

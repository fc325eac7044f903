import { Injectable } from '@nestjs/common';
import type { Action, Call } from '../actions/action.js';
import { ProcessedRequests, type Served } from '../idempotency/processed-requests.repository.js';
import { namedTaskId, ownerOf, TaskNotFoundError } from './own-tasks.js';
import { TasksRepository } from './tasks.repository.js';

/** `get_task{task_id}` -> the task */
@Injectable()
export class GetTaskAction implements Action {
  readonly name = 'get_task';
  readonly versions = ['v1', 'v2'] as const;
  readonly access = 'user';

  constructor(
    private readonly tasks: TasksRepository,
    private readonly processed: ProcessedRequests,
  ) {}

  async perform(call: Call): Promise<Served> {
    const id = namedTaskId(call.request.data);
    return this.processed.once(call.claim, async (transaction) => {
      const task = await this.tasks.find(transaction, ownerOf(call), id);
      if (!task) throw new TaskNotFoundError();
      return task;
    });
  }
}

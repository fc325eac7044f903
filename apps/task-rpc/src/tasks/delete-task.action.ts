import { Injectable } from '@nestjs/common';
import type { Action, Call } from '../actions/action.js';
import { ProcessedRequests, type Served } from '../idempotency/processed-requests.repository.js';
import { namedTaskId, ownerOf, TaskNotFoundError } from './own-tasks.js';
import { TasksRepository } from './tasks.repository.js';

/** `delete_task{task_id}` -> `{deleted,task_id}` */
@Injectable()
export class DeleteTaskAction implements Action {
  readonly name = 'delete_task';
  readonly versions = ['v1', 'v2'] as const;
  readonly access = 'user';

  constructor(
    private readonly tasks: TasksRepository,
    private readonly processed: ProcessedRequests,
  ) {}

  async perform(call: Call): Promise<Served> {
    const id = namedTaskId(call.request.data);
    return this.processed.once(call.claim, async (transaction) => {
      if (!(await this.tasks.remove(transaction, ownerOf(call), id))) throw new TaskNotFoundError();
      return { deleted: true, task_id: id };
    });
  }
}

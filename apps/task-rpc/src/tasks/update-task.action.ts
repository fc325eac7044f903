import { Injectable } from '@nestjs/common';
import type { Action, Call } from '../actions/action.js';
import { ProcessedRequests, type Served } from '../idempotency/processed-requests.repository.js';
import { namedTaskId, ownerOf, TaskNotFoundError } from './own-tasks.js';
import { changedTaskFields } from './task-fields.js';
import { TasksRepository } from './tasks.repository.js';

/** `update_task{task_id,…}` -> the task, with what was given changed */
@Injectable()
export class UpdateTaskAction implements Action {
  readonly name = 'update_task';
  readonly versions = ['v1', 'v2'] as const;
  readonly access = 'user';

  constructor(
    private readonly tasks: TasksRepository,
    private readonly processed: ProcessedRequests,
  ) {}

  async perform(call: Call): Promise<Served> {
    const id = namedTaskId(call.request.data);
    const changes = changedTaskFields(call.request);
    return this.processed.once(call.claim, async (transaction) => {
      const task = await this.tasks.change(transaction, ownerOf(call), id, changes);
      if (!task) throw new TaskNotFoundError();
      return task;
    });
  }
}

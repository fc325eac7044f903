import { Injectable } from '@nestjs/common';
import type { Action, Call } from '../actions/action.js';
import type { Served } from '../idempotency/processed-requests.repository.js';
import { randomUUID } from 'node:crypto';
import { ownerOf } from './own-tasks.js';
import { newTaskFields } from './task-fields.js';
import type { Task } from './task.js';
import { NewTasks } from './new-tasks.repository.js';

/** `create_task{title,description?,due_date?,priority?}` -> the task */
@Injectable()
export class CreateTaskAction implements Action {
  readonly name = 'create_task';
  readonly versions = ['v1', 'v2'] as const;
  readonly access = 'user';

  constructor(private readonly tasks: NewTasks) {}

  async perform(call: Call): Promise<Served> {
    return this.tasks.addOnce(call.claim, newTask(call));
  }
}

function newTask(call: Call): Task {
  const { title, description = null, priority = 'medium', due_date = null } = newTaskFields(call.request);
  const now = new Date().toISOString();
  const owner_id = ownerOf(call);
  const times = { created_at: now, updated_at: now };
  return { id: randomUUID(), owner_id, title, description, status: 'todo', priority, due_date, ...times };
}

import { RequestRefusedError } from '../requests/request.errors.js';
import type { Call } from '../actions/action.js';
import type { TaskRequest } from '../requests/task-request.js';
import { taskIdIn } from './task-fields.js';

/** The same for a task that was never there and for one of somebody else. */
export class TaskNotFoundError extends RequestRefusedError {
  constructor() {
    super('task not found');
  }
}

/** @throws {TaskNotFoundError} for what can be no task's id, RequestRefusedError where none is given */
export function namedTaskId(data: TaskRequest['data']): string {
  const id = taskIdIn(data);
  if (id === undefined) throw new TaskNotFoundError();
  return id;
}

/** Of an action whose access is `user`. */
export function ownerOf({ caller }: Call): string {
  if (caller.userId === undefined) throw new Error('Expected a caller with a token for an action on tasks');
  return caller.userId;
}

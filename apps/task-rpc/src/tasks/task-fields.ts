import type { Version } from '../actions/action.js';
import { dueDateIn } from '../requests/due-date.js';
import { optionalTextIn, textIn, wordIn } from '../requests/fields.js';
import { mostBytes, type TaskRequest } from '../requests/task-request.js';
import { taskPriorities, taskStatuses, type TaskChanges } from './task.js';

const longestTitle = 1_000;
/** The body of a request bounds it. */
const longestDescription = mostBytes;
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** What a new task is made of. @throws RequestRefusedError */
export function newTaskFields({ data, version }: TaskRequest): TaskChanges & { title: string } {
  return {
    title: textIn(data, 'title', longestTitle),
    description: optionalTextIn(data, 'description', longestDescription),
    due_date: dueDateIn(data),
    ...priorityIn(data, version),
  };
}

/** What is to be changed of a task: what is given. @throws RequestRefusedError */
export function changedTaskFields({ data, version }: TaskRequest): TaskChanges {
  const has = (name: string): boolean => data[name] !== undefined;
  return {
    ...(has('title') && { title: textIn(data, 'title', longestTitle) }),
    ...(has('description') && { description: optionalTextIn(data, 'description', longestDescription) }),
    ...(has('status') && { status: wordIn(data, 'status', taskStatuses) }),
    ...(has('due_date') && { due_date: dueDateIn(data) }),
    ...priorityIn(data, version),
  };
}

/** @returns undefined for what can be no task's id. @throws RequestRefusedError where none is given */
export function taskIdIn(data: TaskRequest['data']): string | undefined {
  const id = textIn(data, 'task_id', longestTitle);
  return uuid.test(id) ? id.toLowerCase() : undefined;
}

/** The first version knows no priorities. */
function priorityIn(data: TaskRequest['data'], version: string): Pick<TaskChanges, 'priority'> {
  const knowsIt = version !== ('v1' satisfies Version);
  return knowsIt && data['priority'] !== undefined ? { priority: wordIn(data, 'priority', taskPriorities) } : {};
}

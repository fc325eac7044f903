import { Injectable } from '@nestjs/common';
import { sql, type Selectable, type Transaction } from 'kysely';
import type { Schema } from '@ekphrasis/persistence';
import type { Task, TaskChanges } from './task.js';

type TaskRow = Selectable<Schema['tasks']>;

/** Users' tasks. Every call is for one user, to whom nobody else's tasks are there. */
@Injectable()
export class TasksRepository {
  async find(transaction: Transaction<Schema>, ownerId: string, id: string): Promise<Task | undefined> {
    const row = await transaction
      .selectFrom('tasks')
      .selectAll()
      .where('id', '=', id)
      .where('owner_id', '=', ownerId)
      .executeTakeFirst();
    return row && taskOf(row);
  }

  /**
   * The newest first.
   * @param mostBytes of titles and descriptions together
   * @returns undefined where there is more
   */
  async list(transaction: Transaction<Schema>, ownerId: string, mostBytes: number): Promise<Task[] | undefined> {
    const { rows } = await sql<TaskRow & { bytes: number }>`
      SELECT * FROM (
        SELECT *, sum(octet_length(title) + coalesce(octet_length(description), 0) + ${fieldsBytes})
          OVER (ORDER BY position DESC) AS bytes
        FROM tasks WHERE owner_id = ${ownerId}
      ) AS listed WHERE bytes - octet_length(title) - coalesce(octet_length(description), 0) <= ${mostBytes}
      ORDER BY position DESC`.execute(transaction);
    const last = rows.at(-1);
    return last && last.bytes > mostBytes ? undefined : rows.map(taskOf);
  }

  /** @returns the task as it is then; undefined where there is none */
  async change(
    transaction: Transaction<Schema>,
    ownerId: string,
    id: string,
    changes: TaskChanges,
  ): Promise<Task | undefined> {
    if (Object.keys(changes).length === 0) return this.find(transaction, ownerId, id);
    const row = await transaction
      .updateTable('tasks')
      .set({ ...changes, updated_at: new Date().toISOString() })
      .where('id', '=', id)
      .where('owner_id', '=', ownerId)
      .returningAll()
      .executeTakeFirst();
    return row && taskOf(row);
  }

  /** @returns whether there was one */
  async remove(transaction: Transaction<Schema>, ownerId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await transaction
      .deleteFrom('tasks')
      .where('id', '=', id)
      .where('owner_id', '=', ownerId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

/** What a task's other fields take in an answer. */
const fieldsBytes = 400;

function taskOf(row: TaskRow): Task {
  const { id, owner_id, title, description, status, priority, due_date, created_at, updated_at } = row;
  const times = { created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
  return { id, owner_id, title, description, status, priority, due_date, ...times };
}

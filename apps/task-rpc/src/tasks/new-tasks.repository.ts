import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Coalescer } from '@ekphrasis/images';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';
import type { Claim } from '../idempotency/claim.js';
import { ProcessedRequests, type Served } from '../idempotency/processed-requests.repository.js';
import { okAnswer } from '../requests/answer.js';
import type { Task } from './task.js';

interface NewTask {
  readonly claim: Claim;
  readonly task: Task;
  readonly answer: string;
}

/** New tasks, those that come together in one statement: its commit is paid once for all of them and their requests. */
@Injectable()
export class NewTasks {
  private readonly commits = new Coalescer<NewTask, boolean>((tasks) => this.insert(tasks), {
    batchSize: 256,
    concurrency: 2,
    capacity: 20_000,
  });

  constructor(
    private readonly database: Database,
    private readonly processed: ProcessedRequests,
  ) {}

  /** Adds the task where its request was not served before, as `ProcessedRequests.once` does. */
  async addOnce(claim: Claim, task: Task): Promise<Served> {
    const answer = okAnswer(claim.id, task);
    const isNew = await this.commits.add({ claim, task, answer });
    return isNew ? { answer, outcome: 'done' } : this.processed.replay(claim);
  }

  /** @param tasks of different claims @returns of each whether it is there: it is not where another one has its claim */
  private async insert(tasks: readonly NewTask[]): Promise<boolean[]> {
    const { rows } = await withDatabaseErrors(() => insertion(tasks).execute(this.database));
    const claimed = new Set(rows.map(({ id, caller }) => `${id} ${caller}`));
    return tasks.map(({ claim }) => claimed.has(`${claim.id} ${claim.caller}`));
  }
}

/** In the order of their claims, lest two processes wait for each other. */
function insertion(tasks: readonly NewTask[]) {
  const column = <Value>(valueOf: (task: NewTask) => Value): Value[] => tasks.map(valueOf);
  return sql<{ id: string; caller: string }>`
    WITH offered AS (
      SELECT * FROM unnest(
        ${column(({ claim }) => claim.id)}::text[], ${column(({ claim }) => claim.caller)}::text[],
        ${column(({ claim }) => claim.fingerprint)}::bytea[], ${column(({ answer }) => answer)}::json[],
        ${column(({ task }) => task.id)}::uuid[], ${column(({ task }) => task.owner_id)}::uuid[],
        ${column(({ task }) => task.title)}::text[], ${column(({ task }) => task.description)}::text[],
        ${column(({ task }) => task.status)}::text[], ${column(({ task }) => task.priority)}::text[],
        ${column(({ task }) => task.due_date)}::text[], ${column(({ task }) => task.created_at)}::timestamptz[]
      ) WITH ORDINALITY AS offered
        (id, caller, fingerprint, answer, task_id, owner_id, title, description, status, priority, due_date, at, place)
    ), claimed AS (
      INSERT INTO processed_requests (id, caller, fingerprint, response_json)
      SELECT id, caller, fingerprint, answer FROM offered ORDER BY id, caller
      ON CONFLICT DO NOTHING RETURNING id, caller
    ), created AS (
      INSERT INTO tasks (id, owner_id, title, description, status, priority, due_date, created_at, updated_at)
      SELECT task_id, owner_id, title, description, offered.status, priority, due_date, at, at
      FROM offered JOIN claimed USING (id, caller) ORDER BY place
    )
    SELECT id, caller FROM claimed`;
}

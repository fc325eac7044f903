import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';

/** Whose turn which work is: the replicas' clockwork, in the database. */
@Injectable()
export class MaintenanceTurns {
  constructor(private readonly database: Database) {}

  /** @returns whether it is this replica's turn: nobody took it in the last `everyMs` */
  async take(task: string, everyMs: number): Promise<boolean> {
    const { rows } = await withDatabaseErrors(() =>
      sql`
        INSERT INTO maintenance (task, next_at) VALUES (${task}, ${inMs(everyMs)})
        ON CONFLICT (task) DO UPDATE SET next_at = excluded.next_at WHERE maintenance.next_at <= now()
        RETURNING task`.execute(this.database),
    );
    return rows.length > 0;
  }

  /** Holds the turn for as long again: called from time to time by whoever works, lest another replica begins. */
  async hold(task: string, everyMs: number): Promise<void> {
    await withDatabaseErrors(() =>
      sql`UPDATE maintenance SET next_at = ${inMs(everyMs)} WHERE task = ${task}`.execute(this.database),
    );
  }
}

function inMs(milliseconds: number) {
  return sql`now() + make_interval(secs => ${milliseconds / 1000})`;
}

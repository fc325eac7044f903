import { Injectable } from '@nestjs/common';
import { ReadDatabase, withDatabaseErrors, type ResultsTable } from '@ekphrasis/persistence';
import type { ResultsQuery } from './results-query.js';

/** A result as it is read: `created_at` becomes ISO 8601 in JSON. */
export interface Result extends Pick<ResultsTable, 'message' | 'kind' | 'result' | 'error'> {
  id: number;
  created_at: Date;
}

/** Characters of one answer, messages and results together, beyond the first result. */
const mostCharacters = 48 * 1024 * 1024;

@Injectable()
export class ResultsRepository {
  constructor(private readonly database: ReadDatabase) {}

  /** @returns ids ascending */
  async find({ after, before, limit, search }: ResultsQuery): Promise<Result[]> {
    let query = this.database
      .selectFrom('results')
      .select(['id', 'message', 'kind', 'result', 'error', 'created_at'])
      .where('id', '>', after)
      .limit(limit);
    if (before !== undefined) query = query.where('id', '<', before);
    if (search !== undefined) {
      const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
      query = query.where((row) =>
        row.or([row('message', 'ilike', pattern), row('result', 'ilike', pattern), row('error', 'ilike', pattern)]),
      );
    }
    const isLatest = before !== undefined;
    const rows = await withDatabaseErrors(() => query.orderBy('id', isLatest ? 'desc' : 'asc').execute());
    const bounded = withinBounds(rows);
    return isLatest ? bounded.reverse() : bounded;
  }
}

/** As many as fit into one answer; always one. */
function withinBounds(rows: Result[]): Result[] {
  let characters = 0;
  const end = rows.findIndex(({ message, result }, index) => {
    characters += message.length + (result?.length ?? 0);
    return index > 0 && characters > mostCharacters;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

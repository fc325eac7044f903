import pg from 'pg';
import type { MigratedDatabase } from '../../../test/support/migrated-database.js';

interface Statement {
  text: string;
  values: unknown[];
}

/** A step of a plan, as `EXPLAIN (FORMAT JSON)` has it. */
interface PlanStep {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: PlanStep[];
}

/** Runs some work. @returns the statements that it sent, but for those that begin and end transactions */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const query = jest.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return query.mock.calls
      .map(([text, values]) => ({ text: String(text), values: (values ?? []) as unknown[] }))
      .filter(({ text }) => /^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)/i.test(text));
  } finally {
    query.mockRestore();
  }
}

/** The tables that are read from their beginning to their end by statements such as these, in that order. */
export async function tablesReadWhole({ url }: MigratedDatabase, statements: Statement[]): Promise<string[]> {
  const read: string[] = [];
  for (const statement of statements) {
    for (const step of stepsOf(await explain(url, statement))) {
      if (step['Node Type'] === 'Seq Scan') read.push(step['Relation Name'] ?? '');
    }
  }
  return read;
}

/** By what statements such as these enter an index, in their order. */
export async function conditionsOn(
  index: string,
  { url }: MigratedDatabase,
  statements: Statement[],
): Promise<string[]> {
  const conditions: string[] = [];
  for (const statement of statements) {
    for (const step of stepsOf(await explain(url, statement))) {
      if (step['Index Name'] === index) conditions.push(step['Index Cond'] ?? '');
    }
  }
  return conditions;
}

async function explain(url: string, { text, values }: Statement): Promise<PlanStep> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanStep }] }>(
      `EXPLAIN (FORMAT JSON) ${text}`,
      values,
    );
    return rows[0]!['QUERY PLAN'][0].Plan;
  } finally {
    await client.end();
  }
}

function stepsOf(step: PlanStep): PlanStep[] {
  return [step, ...(step.Plans ?? []).flatMap(stepsOf)];
}

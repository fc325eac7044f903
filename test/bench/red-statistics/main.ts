/*
 * npm run bench:red-statistics [-- --rows 10000000]
 *
 * What statistics of red take over so many measurements within thirty days, by period and threshold, on a PostgreSQL of its own; each
 * is compared with a plain count first. Fails where one that is not split into minutes takes more than 50 ms.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql, type Kysely } from 'kysely';
import { migrateToLatest, openDatabase, type Schema } from '@ekphrasis/persistence';
import { countRed, countRedIn, lengthMs, type Period, type Resolution } from '@ekphrasis/statistics';
import { repository, startPrivatePostgres } from '../../support/setup-scripts.js';
import { closeOnTermination, runSuite } from '../../support/suite-command.js';
import { median } from '../statistics.js';
import { fill } from './filled-tables.js';

const directory = join(repository, '.run/bench-red-statistics');
const clientId = 'of-the-benchmark';
const begin = Date.parse('2026-10-01T00:00:00Z');
const whole = { from: begin, to: begin + 30 * lengthMs.day };
const runs = 21;
const mostMs = 50;

interface Question {
  what: string;
  period: Period;
  threshold: number;
  bucket?: Resolution;
}

const odd = { from: whole.from + 123_456_789, to: whole.to - 98_765_432 };
const questions: Question[] = [
  { what: 'all thirty days', period: whole, threshold: 0.5 },
  { what: 'to the millisecond', period: odd, threshold: 0.3137 },
  { what: 'one day', period: { from: odd.from, to: odd.from + lengthMs.day }, threshold: 0.5 },
  { what: 'by day', period: odd, threshold: 0.5, bucket: 'day' },
  { what: 'by hour', period: odd, threshold: 0.3137, bucket: 'hour' },
  { what: '10,000 minutes', period: { from: begin, to: begin + 10_000 * 60_000 }, threshold: 0.5, bucket: 'minute' },
];

async function answer(database: Kysely<Schema>, { period, threshold, bucket }: Question) {
  const question = { clientId, period, threshold };
  if (!bucket) return countRed(database, question);
  const sum = { images: 0, above: 0 };
  for (const { images, above } of (await countRedIn(database, question, bucket)).values()) {
    sum.images += images;
    sum.above += above;
  }
  return sum;
}

async function plainly(database: Kysely<Schema>, { period: { from, to }, threshold }: Question) {
  const { rows } = await sql<{ images: number; above: number }>`
    SELECT count(*) AS images, count(*) FILTER (WHERE red / 10000.0::float8 > ${threshold}::float8) AS above FROM measurements
    WHERE client_id = ${clientId} AND measured_at >= ${new Date(from)} AND measured_at < ${new Date(to)}`.execute(
    database,
  );
  return rows[0]!;
}

/** @returns how many are wrong or too slow */
async function ask(database: Kysely<Schema>, question: Question): Promise<number> {
  const [got, expected] = [await answer(database, question), await plainly(database, question)];
  const isRight = got.images === expected.images && got.above === expected.above;
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startedAt = performance.now();
    await answer(database, question);
    times.push(performance.now() - startedAt);
  }
  const ms = median(times);
  const isFast = question.bucket === 'minute' || ms <= mostMs;
  const sign = isRight && isFast ? '✓' : '✗';
  console.log(
    `${sign} ${question.what}: ${ms.toFixed(1)} ms, ${got.above} of ${got.images} above ${question.threshold}`,
  );
  if (!isRight) console.log(`  a plain count: ${expected.above} of ${expected.images}`);
  return isRight && isFast ? 0 : 1;
}

async function bench(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { rows: { type: 'string', default: '10000000' } } });
  await rm(directory, { recursive: true, force: true });
  const postgres = await startPrivatePostgres({ directory, settings: { synchronous_commit: 'off' } });
  const settings = { DATABASE_URL: postgres.url, DATABASE_POOL_SIZE: 4, DATABASE_STATEMENT_TIMEOUT_MS: 3_600_000 };
  const database = openDatabase(settings, () => undefined);
  const close = async (): Promise<void> => {
    await database.destroy();
    await postgres.stop();
    await rm(postgres.directory, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
  };
  closeOnTermination({ close });
  try {
    await migrateToLatest(settings);
    console.error(`filling in ${values.rows} measurements …`);
    await fill(database, { clientId, rows: Number(values.rows), period: whole, parts: [31, 50] });
    let missed = 0;
    for (const question of questions) missed += await ask(database, question);
    return missed === 0 ? 0 : 1;
  } finally {
    await close();
  }
}

void runSuite(bench);

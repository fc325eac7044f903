import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { ReadDatabase, withDatabaseErrors } from '@ekphrasis/persistence';
import { InvalidRequestError } from '@ekphrasis/errors';
import { countRed, countRedIn, lengthMs, type Period, type RedQuestion, type Resolution } from '@ekphrasis/statistics';
import type { StatisticsQuery } from './statistics.query.js';
import type { BucketView, StatisticsView } from './statistics.view.js';

const mostBuckets = 10_000;

/** Says how many of a client's pictures were measured in a period, and how many of them are redder than a threshold. */
@Injectable()
export class Statistics {
  constructor(private readonly database: ReadDatabase) {}

  /** @throws InvalidRequestError; DatabaseUnavailableError */
  async of(clientId: string, { above: threshold, bucket, ...ends }: StatisticsQuery): Promise<StatisticsView> {
    const period = await this.periodOf(ends);
    const question = { clientId, period, threshold };
    if (bucket) return this.inBuckets(question, bucket);
    const { images, above } = await countRed(this.database, question);
    return view(question, images, above);
  }

  /** Sums of the buckets, so that the whole and its parts are of one moment. */
  private async inBuckets(question: RedQuestion, bucket: Resolution): Promise<StatisticsView> {
    const starts = startsOf(question.period, bucket);
    const counts = await countRedIn(this.database, question, bucket);
    const buckets = starts.map((at): BucketView => {
      const { images = 0, above = 0 } = counts.get(at) ?? {};
      return { from: new Date(at).toISOString(), images, above };
    });
    const sum = (field: 'images' | 'above') => buckets.reduce((total, each) => total + each[field], 0);
    return { ...view(question, sum('images'), sum('above')), buckets };
  }

  private async periodOf({ from, to }: Pick<StatisticsQuery, 'from' | 'to'>): Promise<Period> {
    const end = to ?? (await this.now());
    const begin = from ?? end - lengthMs.day;
    if (begin < end) return { from: begin, to: end };
    const [received, until] = [begin, end].map((time) => new Date(time).toISOString());
    throw new InvalidRequestError([`Expected a time before ${until}, which is to, for from but received ${received}`]);
  }

  /** By the clock that measurements are dated by, so that the last one is in. */
  private async now(): Promise<number> {
    const { rows } = await withDatabaseErrors(() =>
      sql<{ now: Date }>`SELECT clock_timestamp() AS now`.execute(this.database),
    );
    return rows[0]!.now.getTime() + 1;
  }
}

function view({ period, threshold }: RedQuestion, images: number, above: number): StatisticsView {
  const [from, to] = [period.from, period.to].map((time) => new Date(time).toISOString()) as [string, string];
  return { from, to, images, above: { threshold, images: above } };
}

function startsOf({ from, to }: Period, bucket: Resolution): number[] {
  const unit = lengthMs[bucket];
  const first = Math.floor(from / unit) * unit;
  const count = Math.ceil((to - first) / unit);
  if (count > mostBuckets) {
    throw new InvalidRequestError([
      `Expected a period of at most ${mostBuckets} buckets for bucket=${bucket} but received one of ${count}`,
    ]);
  }
  return Array.from({ length: count }, (_, index) => first + index * unit);
}

import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';

/** What is removed because its time is over. */
export type ExpiredKind = 'image' | 'measurement' | 'processing-job' | 'webhook-event';

/** Counts what retention removes. */
@Injectable()
export class ExpiredRows {
  private readonly counter: Counter;

  constructor(registry: Registry) {
    this.counter = new Counter({
      name: 'ekphrasis_expired_rows_removed_total',
      help: 'Rows that this replica removed, with what belongs to them, because the time for which they are kept was over',
      labelNames: ['kind'],
      registers: [registry],
    });
  }

  removed(kind: ExpiredKind, count: number): void {
    if (count > 0) this.counter.inc({ kind }, count);
  }
}

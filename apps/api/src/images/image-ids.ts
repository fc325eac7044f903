import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, withDatabaseErrors } from '@ekphrasis/persistence';

const blockSize = 1_000;
const refillBelow = 300;

/**
 * Hands out image ids ahead of the rows that will carry them, from the identity column's own sequence, a block at a time:
 * so a message can be written whole before its row is inserted. Ids of a block that a crash cuts short are never used.
 */
@Injectable()
export class ImageIds {
  /** Descending, so that the lowest is taken first. */
  private free: number[] = [];
  private refilling?: Promise<void>;

  constructor(private readonly database: Database) {}

  /** @returns an id that nobody else has or gets: at once where one is there, as it nearly always is */
  take(): number | Promise<number> {
    if (this.free.length < refillBelow) void this.refill();
    return this.free.pop() ?? this.refill().then(() => this.take());
  }

  private refill(): Promise<void> {
    this.refilling ??= this.reserve().finally(() => (this.refilling = undefined));
    // whoever waits for it hears of its failure; ahead of need nobody does
    this.refilling.catch(() => undefined);
    return this.refilling;
  }

  private async reserve(): Promise<void> {
    const { rows } = await withDatabaseErrors(() =>
      // one text: the driver would make an object of every row
      sql<{ ids: string }>`
        SELECT string_agg(nextval(pg_get_serial_sequence('images', 'id'))::text, ',') AS ids
        FROM generate_series(1, ${blockSize})`.execute(this.database),
    );
    const ids = rows.flatMap(({ ids }) => ids.split(',').map(Number));
    this.free = [...ids.reverse(), ...this.free];
  }
}

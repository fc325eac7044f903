import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { Database, DatabaseLineage, withDatabaseErrors } from '@ekphrasis/persistence';
import { HighWaterMark, type GivenIds } from './high-water-mark.js';
import { KnownIds } from './known-ids.js';

const blockSize = 1_000;
const refillBelow = 300;
/** Ids that are passed over beside those known to be given out: for those that are known to nobody any more. They are cheap. */
const margin = 10_000_000;
/** Of the advisory lock that lets one replica at a time set the sequence. */
const lockNumber = 7_305_221;

interface Block extends GivenIds {
  /** Ascending. */
  ids: number[];
}

/**
 * Hands out image ids ahead of the rows that will carry them, from the identity column's own sequence, a block at a time:
 * so a message can be written whole before its row is inserted. Ids of a block that a crash cuts short are never used.
 *
 * No id is given out twice, though the database may come back older than it was and with it the sequence: another one is
 * promoted that lagged, a backup is restored, somebody sets the sequence. So a block counts only where it goes on from all that
 * was known before it was asked for, in the same lineage of the database; else blocks are dropped, and the sequence is
 * set past every id that this process, what else it knows (`KnownIds`), the high-water mark or the table knows, and a margin. Blocks of other
 * replicas lie below that, so they may go on with theirs.
 */
@Injectable()
export class ImageIds {
  private readonly logger = new Logger(ImageIds.name);
  /** Descending, so that the lowest is taken first. */
  private free: number[] = [];
  private refilling?: Promise<void>;
  /** The lineage of the last block. */
  private lineage?: string;
  /** The highest id that is known to be given out, or passed over. */
  private highest = 0;
  /** Where the sequence was last set to. */
  private setTo = 0;
  /** An id of a block that somebody else has, too. */
  private overlapping = false;

  constructor(
    private readonly database: Database,
    private readonly databaseLineage: DatabaseLineage,
    private readonly mark: HighWaterMark,
    private readonly knownIds: KnownIds,
  ) {}

  /** @returns an id that nobody else has or gets: at once where one is there, as it nearly always is */
  take(): number | Promise<number> {
    if (this.free.length < refillBelow) void this.refill();
    return this.free.pop() ?? this.refill().then(() => this.take());
  }

  /** Drops all blocks, as these ids turned out to be somebody else's, too. What is taken from now on is past them. */
  distrust(ids: readonly number[]): void {
    const highest = ids.reduce((one, other) => Math.max(one, other), 0);
    // what was found out before, of the blocks from then
    if (highest <= this.setTo) return;
    this.overlapping = true;
    this.highest = Math.max(this.highest, highest);
    this.free = [];
  }

  private refill(): Promise<void> {
    this.refilling ??= this.reserve().finally(() => (this.refilling = undefined));
    // whoever waits for it hears of its failure; ahead of need nobody does
    this.refilling.catch(() => undefined);
    return this.refilling;
  }

  private async reserve(): Promise<void> {
    const known = Math.max(this.highest, this.knownIds.highest);
    const marked = this.lineage === undefined ? await this.mark.read() : undefined;
    let block = await this.nextBlock();
    const reason = this.overlapping ? 'ids were given out twice' : this.objection(block, known, marked);
    if (reason) {
      const before = marked ?? (await this.mark.read());
      await this.passOver(Math.max(known, typeof before === 'object' ? before.highest : 0), reason);
      this.free = [];
      block = await this.nextBlock();
      this.overlapping = false;
    }
    this.lineage = block.lineage;
    this.highest = Math.max(this.highest, known, block.highest);
    await this.mark.raise(block);
    this.free = [...block.ids.reverse(), ...this.free];
  }

  /** @returns why the block may hold ids that were given out before it; undefined where it does not */
  private objection({ ids, lineage }: Block, known: number, marked?: GivenIds | 'unknown'): string | undefined {
    if (this.lineage !== undefined && lineage !== this.lineage) return 'the database is another one, or was promoted';
    if (marked === 'unknown') return 'storage does not tell which ids were given out';
    if (marked && lineage !== marked.lineage) return 'the database is another one, or was promoted';
    if ((ids[0] ?? 0) <= Math.max(known, marked?.highest ?? 0)) return 'the database gives ids again';
    return undefined;
  }

  private async nextBlock(): Promise<Block> {
    const lineage = await this.databaseLineage.asSql();
    const { rows } = await withDatabaseErrors(() =>
      // one text: the driver would make an object of every row
      sql<{ ids: string; lineage: string }>`
        SELECT string_agg(nextval(pg_get_serial_sequence('images', 'id'))::text, ',') AS ids, ${lineage} AS lineage
        FROM generate_series(1, ${blockSize})`.execute(this.database),
    );
    const ids = (rows[0]?.ids ?? '').split(',').map(Number);
    return { ids, highest: ids.at(-1) ?? 0, lineage: rows[0]?.lineage ?? '' };
  }

  /** Sets the sequence past `known` and the margin, and never back; one replica at a time, lest one takes back what another set. */
  private async passOver(known: number, reason: string): Promise<void> {
    const { rows } = await withDatabaseErrors(() =>
      this.database.transaction().execute(async (transaction) => {
        await sql`SELECT pg_advisory_xact_lock(${lockNumber})`.execute(transaction);
        return sql<{ setTo: number }>`
          SELECT setval(pg_get_serial_sequence('images', 'id'), greatest(
            nextval(pg_get_serial_sequence('images', 'id')),
            ${margin}::bigint + greatest(${known}::bigint, (SELECT max(id) FROM images)))) AS "setTo"`.execute(
          transaction,
        );
      }),
    );
    this.setTo = rows[0]?.setTo ?? 0;
    this.logger.warn(`${reason}: new images have ids above ${this.setTo}`);
  }
}

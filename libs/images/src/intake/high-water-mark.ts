import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { IsInt, IsString } from 'class-validator';
import { codecOf, givenIdsKey } from '@ekphrasis/contracts';
import { LikeLines } from '@ekphrasis/observability';
import { OBJECT_STORAGE, type ObjectStorage } from '@ekphrasis/storage';

/** Up to where ids were given out, by all replicas, and in which lineage of the database that was. */
export class GivenIds {
  @IsInt()
  highest: number;

  @IsString()
  lineage: string;
}

const givenIds = codecOf('given-ids.v1', GivenIds);

/** For how long ids wait for their mark. */
const patienceMs = 500;

/**
 * The high-water mark of ids, in storage, where a database that comes back older than it was does not take it back. It is for
 * replicas that start then; those that run have their own memory.
 *
 * Nobody waits long for a storage that is slow or away: the mark stays where it was meanwhile. Nor do replicas wait for each
 * other: two that write in the same moment may leave the lower mark until one of them writes again. Whoever goes by the mark
 * leaves a margin that is larger than either.
 */
@Injectable()
export class HighWaterMark {
  private readonly logger = new Logger(HighWaterMark.name);
  private readonly failures = new LikeLines((line) => this.logger.warn(line));
  private wanted?: GivenIds;
  private writing?: Promise<void>;

  constructor(@Inject(OBJECT_STORAGE) private readonly storage: ObjectStorage) {}

  /** @returns undefined where there is none; `unknown` where storage does not say */
  async read(): Promise<GivenIds | 'unknown' | undefined> {
    try {
      return await this.stored(AbortSignal.timeout(patienceMs));
    } catch (error) {
      this.tell(error);
      return 'unknown';
    }
  }

  /** Resolves when the mark is at least there, or when that takes too long or cannot be done now. */
  async raise(given: GivenIds): Promise<void> {
    this.wanted = given;
    // whoever writes takes the newest with it, and storage that is so slow keeps nobody waiting twice
    if (this.writing) return;
    this.writing = this.write();
    await Promise.race([this.writing, pause(patienceMs, undefined, { ref: false })]);
  }

  private async write(): Promise<void> {
    try {
      for (let given = this.wanted; given; given = this.wanted) {
        this.wanted = undefined;
        const { lineage, highest } = given;
        const stored = await this.stored();
        if (stored?.lineage === lineage && stored.highest >= highest) continue;
        const mark = { lineage, highest: Math.max(highest, stored?.highest ?? 0) };
        await this.storage.write(givenIdsKey, givenIds.encode(mark));
      }
    } catch (error) {
      this.tell(error);
    } finally {
      this.writing = undefined;
    }
  }

  private async stored(signal?: AbortSignal): Promise<GivenIds | undefined> {
    const bytes = await this.storage.read(givenIdsKey, signal);
    return bytes && givenIds.decode(bytes);
  }

  private tell(error: unknown): void {
    this.failures.say('', `the high-water mark of ids cannot be read or written: ${(error as Error).message}`);
  }
}

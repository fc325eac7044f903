import type { BatchLimits, WaitingPicture } from './batch-queue.js';
import type { SearchSettings } from '../generation/search-settings.js';

/** Searches with several beams, and those with one. */
export type SearchKind = 'greedy' | 'search';

/** Rows that the decoder runs at most, for each place in a batch: a picture has one for each beam, and each has its cache. */
const rowsPerPlace = 2;

interface Waiting<Picture> {
  picture: Picture;
  ticket: number;
  /** When it came (`performance.now()`). */
  since: number;
}

/** Pictures with equal settings that wait for a lane, the oldest first. */
export class WaitingGroup<Picture extends WaitingPicture> {
  readonly kind: SearchKind;
  private readonly waiting: Waiting<Picture>[] = [];
  private readonly batchSize: number;
  private readonly batchWaitMs: number;
  private lastTurn = 0;

  constructor({ numBeams }: SearchSettings, { batchSize, batchWaitMs }: BatchLimits) {
    this.kind = numBeams > 1 ? 'search' : 'greedy';
    this.batchSize = Math.max(1, Math.min(batchSize, Math.floor((rowsPerPlace * batchSize) / numBeams)));
    this.batchWaitMs = batchWaitMs;
  }

  /** What the group waits for its turn with: the ticket of its oldest picture, or that of its last turn where it is newer. */
  get ticket(): number {
    return Math.max(this.waiting[0]?.ticket ?? Infinity, this.lastTurn);
  }

  isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  add(picture: Picture, ticket: number): void {
    this.waiting.push({ picture, ticket, since: performance.now() });
  }

  drop(picture: Picture): void {
    const place = this.waiting.findIndex((candidate) => candidate.picture === picture);
    if (place >= 0) this.waiting.splice(place, 1);
  }

  /** Milliseconds until a batch is due: 0 once one is full, or the oldest picture has waited long enough. */
  dueIn(): number {
    if (this.waiting.length >= this.batchSize) return 0;
    return Math.max(0, (this.waiting[0]?.since ?? Infinity) + this.batchWaitMs - performance.now());
  }

  /** Takes the next batch: so many that `lanes` lanes have equal shares, a full batch at most. */
  take(lanes: number, ticket: number): Picture[] {
    this.lastTurn = ticket;
    const share = Math.ceil(this.waiting.length / lanes);
    return this.waiting.splice(0, Math.min(share, this.batchSize)).map(({ picture }) => picture);
  }
}

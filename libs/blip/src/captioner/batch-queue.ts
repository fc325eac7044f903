import type { SearchSettings } from '../generation/search-settings.js';

/** A picture that waits to be captioned together with others. */
export interface WaitingPicture {
  pixels: Uint8Array<ArrayBuffer>;
  settings: SearchSettings;
  /** Where nobody waits for it any more. */
  signal: AbortSignal;
}

export interface BatchLimits {
  /** Pictures of a batch at most. */
  batchSize: number;
  /** How long a picture waits for others, in milliseconds. */
  batchWaitMs: number;
}

/** Captions a batch of pictures with equal settings; resolves when the lane is free again. */
export type RunBatch<Picture> = (batch: readonly Picture[]) => Promise<void>;

interface Waiting<Picture> {
  picture: Picture;
  /** When it came (`performance.now()`). */
  since: number;
}

/** Pictures with equal settings, the oldest first; never empty. */
type Group<Picture> = Waiting<Picture>[];

/**
 * Dynamic batching: pictures with equal settings that wait together run together. A group is due once it is full or its
 * oldest picture has waited long enough; it runs as soon as a lane is free, and is spread over the lanes that are.
 *
 * A picture: waiting → in a batch; or waiting → dropped, when its signal aborts.
 */
export class BatchQueue<Picture extends WaitingPicture> {
  private readonly groups = new Map<string, Group<Picture>>();
  private readonly idleLanes: RunBatch<Picture>[];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    lanes: readonly RunBatch<Picture>[],
    private readonly limits: BatchLimits,
  ) {
    this.idleLanes = [...lanes];
  }

  add(picture: Picture): void {
    const key = JSON.stringify(picture.settings);
    const group = this.groups.get(key) ?? [];
    this.groups.set(key, group);
    group.push({ picture, since: performance.now() });
    picture.signal.addEventListener('abort', () => this.drop(key, picture), { once: true });
    this.dispatch();
  }

  private drop(key: string, picture: Picture): void {
    const group = this.groups.get(key);
    const place = group?.findIndex((waiting) => waiting.picture === picture) ?? -1;
    if (place < 0) return;
    group!.splice(place, 1);
    if (group!.length === 0) this.groups.delete(key);
  }

  /** Starts every batch that is due, and sets the clock for the next. */
  private dispatch(): void {
    clearTimeout(this.timer);
    while (this.idleLanes.length > 0) {
      const [key, group] = this.oldestGroup() ?? [];
      if (key === undefined || group === undefined) return;
      const rest = this.dueIn(group);
      if (rest > 0) {
        this.timer = setTimeout(() => this.dispatch(), rest);
        return;
      }
      this.start(key, group);
    }
  }

  private start(key: string, group: Group<Picture>): void {
    const share = Math.ceil(group.length / this.idleLanes.length);
    const batch = group.splice(0, Math.min(share, this.limits.batchSize));
    if (group.length === 0) this.groups.delete(key);
    const lane = this.idleLanes.pop()!;
    void lane(batch.map(({ picture }) => picture)).finally(() => {
      this.idleLanes.push(lane);
      this.dispatch();
    });
  }

  /** A full group before one that waits, then the one that waits longest. */
  private oldestGroup(): [string, Group<Picture>] | undefined {
    return [...this.groups].sort(([, a], [, b]) => this.dueIn(a) - this.dueIn(b) || a[0]!.since - b[0]!.since)[0];
  }

  private dueIn(group: Group<Picture>): number {
    if (group.length >= this.limits.batchSize) return 0;
    return Math.max(0, group[0]!.since + this.limits.batchWaitMs - performance.now());
  }
}
